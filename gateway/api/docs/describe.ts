import { problemCodes } from '@/gateway/api/problem-codes'
import type { Route } from '@/gateway/api/route'

const ofOrganization = new Set(['archive', 'owner', 'find', 'overview', 'runtimes'])

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

/** What people look for first, and what only machines call last; the rest by name. */
const placeOf = (noun: string): number => {
  const first = ['me', 'organizations', 'services', 'new-service', 'deploys', 'approvals'].indexOf(noun)
  return first >= 0 ? first : ['agent', 'callbacks'].includes(noun) ? 99 : 50
}

/** In the order in which they are read. */
export const nounsOf = (paths: readonly string[]): string[] =>
  [...new Set(paths.map(nounOf))].sort((a, b) => placeOf(a) - placeOf(b) || a.localeCompare(b))

export const whoMay = ({ access, takesPerson }: Pick<Route, 'access' | 'takesPerson'>): string => {
  if (access !== 'session') return 'With a credential of its own: of a task, a machine or a link.'
  return takesPerson ? 'For a signed-in person only: no token may.' : 'With a token, or signed in.'
}

/** What holds for all addresses, as Markdown. */
export const generalText = `Every screen of Tengen does what it does by the same use cases as these addresses. This document: [openapi.json](/api/v1/openapi.json).

| | |
| --- | --- |
| Who asks | \`Authorization: Bearer tgn_…\` with a token of your own (_Your account → Tokens_) or of an organisation (_Tokens_). A scope never adds to a role. What takes a fresh sign-in takes a person. |
| A first call | \`curl -H "Authorization: Bearer $TENGEN_TOKEN" "$TENGEN_URL/api/v1/me"\` |
| Once only | Send an \`Idempotency-Key\` with a change: the same request under it is answered as before and not done again. |
| What you saw | A read with an \`ETag\` names its version; send it as \`If-Match\`, and the change is refused (412) if somebody was faster. Plans carry \`expectedHash\`: what was previewed is what is asked for. |
| Pages | Lists answer \`next\` and \`previous\`; send one back as \`after\` or \`before\`, with \`limit\` up to 200. |
| Limits | \`ratelimit-limit\`, \`ratelimit-remaining\` and \`ratelimit-reset\` (seconds) stand in every answer; 429 says \`retry-after\`. |
| Live | \`GET /api/v1/events?topics=org:ID,record:ID,output:ID\` is a stream of server-sent events: \`data: {"topic","what"}\` says what changed, never what it is now; \`event: reset\` asks to read again, \`event: bye\` ends it. \`Last-Event-ID\` resumes. |

<details><summary>Codes of refusals</summary>

Every refusal is \`application/problem+json\`; its \`code\` is stable.

| Code | Means |
| --- | --- |
${Object.entries(problemCodes)
  .map(([code, says]) => `| \`${code}\` | ${says} |`)
  .join('\n')}

</details>
`
