'use client'

import { EnvironmentTag } from '@/components/status/environment-tag'
import type { StatusNoun, StatusOf } from '@/components/status/looks'
import { looks } from '@/components/status/looks'
import { Status } from '@/components/status/status'
import { Icon } from '@/components/ui/icon'
import type { Found } from '@/lib/organizations/views'
import type { PaletteItem } from './palette-items'

function Marked({ text, query }: { text: string; query: string }) {
  const at = query ? text.toLowerCase().indexOf(query.toLowerCase()) : -1
  if (at < 0) return <span>{text}</span>
  return (
    <span>
      {text.slice(0, at)}
      <mark>{text.slice(at, at + query.length)}</mark>
      {text.slice(at + query.length)}
    </span>
  )
}

const nouns: Partial<Record<Found['kind'], StatusNoun>> = {
  service: 'health',
  route: 'route',
  deploy: 'deploy',
  machine: 'machine',
  cluster: 'cluster',
  pod: 'pod',
}

/** How what was found does, where it has a state with a word. */
function State({ found }: { found: Found }) {
  const noun = nouns[found.kind]
  if (!noun || !found.state || !(found.state in looks[noun])) return null
  return (
    <span className="e only-l">
      <Status noun={noun} state={found.state as StatusOf<typeof noun>} />
    </span>
  )
}

export const PaletteRow = ({ item, query }: { item: PaletteItem; query: string }) => (
  <>
    <Icon name={item.icon} size={14} />
    <Marked text={item.label} query={query} />
    {item.detail ? <span className="t3 cut">{item.detail}</span> : null}
    {item.environment ? <EnvironmentTag environment={item.environment} /> : null}
    {item.found ? <State found={item.found} /> : null}
    {item.why ? <span className="e">{item.why}</span> : null}
  </>
)
