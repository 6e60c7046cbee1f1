'use client'

import { Icon } from '@/components/ui/icon'
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

export const PaletteRow = ({ item, query }: { item: PaletteItem; query: string }) => (
  <>
    <Icon name={item.icon} size={14} />
    <Marked text={item.label} query={query} />
    {item.detail ? <span className="t3 cut">{item.detail}</span> : null}
    {item.why ? <span className="e">{item.why}</span> : null}
  </>
)
