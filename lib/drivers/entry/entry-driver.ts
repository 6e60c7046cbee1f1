import { stringify } from 'yaml'
import {
  type PlacedWhole,
  type ReleaseFacts,
  RenderError,
  type ServiceFacts,
  type WorkloadDesk,
  type WorkloadDriver,
} from '@/lib/drivers/driver'
import { releaseKey } from '@/lib/drivers/machine/render-unit'
import { canonicalJson, digestOf } from '@/lib/protocol/canonical'
import { RouteValuesSchema } from '@/lib/protocol/route'
import { type EntryContent, readEntryContent } from './entry-content'

const timeoutMs = 2 * 60_000

function render({ isRoute, name }: ServiceFacts, release: ReleaseFacts, _place: PlacedWhole) {
  const { data: route } = RouteValuesSchema.safeParse(release.values)
  if (!isRoute || !route) throw new RenderError('route', `${name} is no route that a way in could serve.`)
  const content: EntryContent = {
    entry: 1,
    host: route.host,
    rules: route.rules,
    release: { id: releaseKey(release), number: release.number },
  }
  return { digest: digestOf(content), text: canonicalJson(content) }
}

/** Routes to services on machines: what carries them out are units of another service, the way in. They are told as relations are, and confirm as agents do. */
export const makeEntryDriver = (desk: WorkloadDesk): WorkloadDriver => ({
  kind: 'entry',
  renderWhole: render,
  textsOf(content) {
    const { host, rules } = readEntryContent(content)
    return [{ path: `Route/${host}`, text: stringify({ host, rules }, { lineWidth: 0 }) }]
  },
  timeoutOf: () => timeoutMs,
  apply: (orders) => desk.want(orders),
  stop: (orders) => desk.leaveAsIs(orders),
})
