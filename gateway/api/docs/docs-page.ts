import { problemCodes } from '@/gateway/api/problem-codes'
import { docsStyle } from './docs-style'
import { inText, type Json, typeText } from './type-text'

interface Operation {
  readonly summary: string
  readonly operationId: string
  readonly security: readonly Json[]
  readonly parameters: readonly { name: string; in: string; required: boolean; schema: Json }[]
  readonly requestBody?: { content: Record<string, { schema: Json }> }
  readonly responses: Record<string, { content?: Record<string, { schema?: Json }> }>
}

interface Entry {
  readonly method: string
  readonly path: string
  readonly operation: Operation
}

interface Document {
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: { readonly schemas: Record<string, Json> }
}

/** What a route is about: the last word of its path that is neither a place nor a verb. */
export function nounOf(path: string): string {
  // A list as a file belongs to the list.
  const words = path
    .replace('/api/v1/', '')
    .replace(/\.\w+$/, '')
    .split('/')
  if (words[0] !== 'organizations') return words[0] === 'platform' ? `platform: ${words[1] ?? ''}` : (words[0] ?? '')
  const inApplication = words[2] === 'applications' ? words.slice(4) : words.slice(2)
  const noun = inApplication[0] ?? 'organizations'
  return ofOrganization.has(noun) ? 'organizations' : noun
}

const ofOrganization = new Set(['archive', 'owner', 'find', 'overview', 'runtimes'])
/** What people look for first, and what only machines call last; the rest by name. */
const placeOf = (noun: string): number => {
  const first = ['me', 'organizations', 'services', 'new-service', 'deploys', 'approvals'].indexOf(noun)
  return first >= 0 ? first : ['agent', 'callbacks'].includes(noun) ? 99 : 50
}

const says = {
  token: 'A token, or a signed-in person.',
  person: 'A signed-in person only: no token may.',
  none: 'A credential of its own: of a task, a machine or a link.',
}

function whoMay({ security }: Operation): string {
  if (security.length === 0) return says.none
  return security.some((one) => 'token' in one) ? says.token : says.person
}

const inputsOf = ({ parameters }: Operation): string =>
  parameters.length === 0
    ? ''
    : `<table><tbody>${parameters
        .map(
          (one) =>
            `<tr><td><code>${inText(one.name)}</code></td><td>${one.in}${one.required ? '' : ', optional'}</td><td><code>${typeText(one.schema)}</code></td></tr>`,
        )
        .join('')}</tbody></table>`

const contentOf = (title: string, content: Record<string, { schema?: Json }> | undefined): string =>
  Object.entries(content ?? {})
    .map(([type, { schema }]) => `<h4>${title} <small>${inText(type)}</small></h4>${schema ? `<pre>${typeText(schema)}</pre>` : ''}`)
    .join('')

/** The call as one would type it first. */
function curlOf({ method, path, operation }: Entry): string {
  const body = operation.requestBody ? Object.keys(operation.requestBody.content)[0] : undefined
  return [
    `curl${method === 'get' ? '' : ` -X ${method.toUpperCase()}`} -H "Authorization: Bearer $TENGEN_TOKEN"`,
    ...(body === 'application/json'
      ? [`-H 'content-type: application/json' -d '{ … }'`]
      : body
        ? [`-H 'content-type: ${body}' --data-binary @file`]
        : []),
    `"$TENGEN_URL${path}"`,
  ].join(' \\\n  ')
}

function entryHtml(entry: Entry): string {
  const { method, path, operation } = entry
  const [status, answer] = Object.entries(operation.responses).find(([code]) => code !== 'default') ?? ['200', {}]
  return `<details id="${inText(operation.operationId)}"><summary><span class="m ${method}">${method.toUpperCase()}</span><code>${inText(path)}</code><span class="s">${inText(operation.summary)}</span></summary>
<div class="in"><p>${whoMay(operation)}</p>${inputsOf(operation)}${contentOf('Body', operation.requestBody?.content)}${contentOf(`Answer ${status}`, answer.content)}<h4>Call</h4><pre>${inText(curlOf(entry))}</pre></div></details>`
}

const general = `<p>Every screen of Tengen does what it does by the same use cases as these addresses. The document itself: <a href="/api/v1/openapi.json">/api/v1/openapi.json</a> (OpenAPI 3.1).</p>
<dl>
<dt>Who asks</dt><dd><code>Authorization: Bearer tgn_…</code> with a token of your own (Your account → Tokens) or of an organisation (Tokens). A scope never adds to a role. What takes a fresh sign-in takes a person.</dd>
<dt>Once only</dt><dd>Send an <code>Idempotency-Key</code> with a change: the same request under it is answered as before and not done again.</dd>
<dt>What you saw</dt><dd>A read with an <code>ETag</code> names its version; send it as <code>If-Match</code>, and the change is refused (412) if somebody was faster. Plans carry <code>expectedHash</code>: what was previewed is what is asked for.</dd>
<dt>Pages</dt><dd>Lists answer <code>next</code> and <code>previous</code>; send one back as <code>after</code> or <code>before</code>, with <code>limit</code> up to 200.</dd>
<dt>Limits</dt><dd><code>ratelimit-limit</code>, <code>ratelimit-remaining</code> and <code>ratelimit-reset</code> (seconds) stand in every answer; 429 says <code>retry-after</code>.</dd>
<dt>Live</dt><dd><code>GET /api/v1/events?topics=org:ID,record:ID,output:ID</code> is a stream of server-sent events: <code>data: {"topic","what"}</code> says what changed, never what it is now; <code>event: reset</code> asks to read again, <code>event: bye</code> ends it. <code>Last-Event-ID</code> resumes.</dd>
</dl>`

const groupsOf = ({ paths }: Document): [string, Entry[]][] => {
  const groups = new Map<string, Entry[]>()
  for (const [path, methods] of Object.entries(paths))
    for (const [method, operation] of Object.entries(methods)) {
      const noun = nounOf(path)
      groups.set(noun, [...(groups.get(noun) ?? []), { method, path, operation }])
    }
  return [...groups].sort(([a], [b]) => placeOf(a) - placeOf(b) || a.localeCompare(b))
}

const idOf = (noun: string): string => `noun-${noun.replace(/[^a-z-]+/g, '-')}`

/** The document as a page: no script, nothing from elsewhere. */
export function docsPage(document: unknown, nonce: string): string {
  const groups = groupsOf(document as Document)
  const { schemas } = (document as Document).components
  const codes = Object.entries(problemCodes).map(([code, text]) => `<tr><td><code>${code}</code></td><td>${inText(text)}</td></tr>`)
  const shapes = Object.entries(schemas).sort(([a], [b]) => a.localeCompare(b))
  const nav = groups.map(([noun, entries]) => `<a href="#${idOf(noun)}">${inText(noun)} <small>${entries.length}</small></a>`)
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Tengen API</title><style nonce="${nonce}">${docsStyle}</style></head>
<body><nav aria-label="Contents"><a href="/" class="home">Tengen</a>${nav.join('')}<a href="#codes">codes of refusals</a><a href="#schemas">schemas</a></nav>
<main><h1>API</h1>${general}
${groups.map(([noun, entries]) => `<section><h2 id="${idOf(noun)}">${inText(noun)}</h2>${entries.map(entryHtml).join('\n')}</section>`).join('\n')}
<section><h2 id="codes">Codes of refusals</h2><p>Every refusal is <code>application/problem+json</code>; <code>code</code> is stable.</p><table><tbody>${codes.join('')}</tbody></table></section>
<section><h2 id="schemas">Schemas</h2>${shapes.map(([name, schema]) => `<h3 id="schema-${inText(name)}">${inText(name)}</h3><pre>${typeText(schema)}</pre>`).join('\n')}</section>
</main></body></html>`
}

export const docsPolicy = (nonce: string): string =>
  `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`
