// Runs in the browser: the build makes one file of it.
import type { ReactNode } from 'react'
import SwaggerUI from 'swagger-ui-dist/swagger-ui-es-bundle.js'
import { preferenceCookie } from '@/components/frame/preferences'

const theme = new RegExp(`\\b${preferenceCookie.theme}=(light|dark)\\b`).exec(document.cookie)?.[1]
if (theme) document.documentElement.dataset.theme = theme

const nothing = () => () => null

/** The viewer puts links into buttons; who uses a keyboard would meet each twice. The address names what is open all the same. */
const textAlone =
  () =>
  ({ text }: { text: ReactNode }) =>
    text

/** It only reads: who tried things out here would do them as who is signed in beside it. */
const settings = {
  dom_id: '#docs',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  defaultModelRendering: 'model',
  filter: true,
  supportedSubmitMethods: [],
  syntaxHighlight: { activated: false },
  // Else documents are sent to a service that judges them.
  validatorUrl: null,
  plugins: [{ wrapComponents: { authorizeBtn: nothing, authorizeOperationBtn: nothing, DeepLink: textAlone } }],
}

// Read here: the viewer would read JSON as YAML, which takes seconds.
const answer = await fetch('/api/v1/openapi.json')
SwaggerUI({ ...settings, spec: await answer.json() })
