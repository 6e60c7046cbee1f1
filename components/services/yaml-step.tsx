'use client'

import type { NewServiceView } from '@/lib/services/new-service-views'
import { AskRail } from './ask-rail'
import type { Draft } from './use-draft'
import { YamlEditor } from './yaml-editor'

export const YamlStep = ({ draft, view }: { draft: Draft; view: NewServiceView }) => (
  <div className="cols">
    <YamlEditor fileName={`${draft.values.name || 'service'}.yaml`} text={draft.yaml} onChange={draft.typeYaml} errors={draft.yamlErrors} />
    <AskRail view={view} draft={draft} />
  </div>
)
