'use client'

import Link from 'next/link'
import { useMemo, useState } from 'react'
import { useTranslations } from 'use-intl'
import { StatusStone } from '@/components/status/status'
import { Button } from '@/components/ui/button'
import type { RelationMap, RelationNode } from '@/lib/relations/views'
import type { Health } from '@/lib/services/views'
import { layOut, nodeSize } from './relation-layout'

const zooms = [0.5, 0.75, 1, 1.25] as const

function NodeBody({ node, nameIn }: { node: RelationNode; nameIn: (node: RelationNode) => string }) {
  const t = useTranslations()
  return (
    <>
      <span className="row">
        {node.health === null ? null : <StatusStone noun="health" state={node.health as Health} />}
        <span className="b cut">{nameIn(node)}</span>
      </span>
      <span className="t3 f12 cut">
        {node.kind === 'external'
          ? t('relations.external', { endpoints: node.endpoints.join(', ') })
          : t('relations.nodeUnits', { running: String(node.running), wanted: String(node.wanted), runtimes: node.runtimes.join(', ') })}
      </span>
    </>
  )
}

interface Props {
  map: RelationMap
  hrefOf: (node: RelationNode) => string | undefined
  /** As it is called here: what belongs to another application is named with that one. */
  nameIn: (node: RelationNode) => string
}

/** Services as places, relations as the lines between them. What it shows stands in the table too. */
export function RelationGraph({ map, hrefOf, nameIn }: Props) {
  const t = useTranslations()
  const [zoom, setZoom] = useState(2)
  const { width, height, nodes, edges } = useMemo(() => layOut(map.nodes, map.edges), [map])
  const scale = zooms[zoom] ?? 1
  return (
    <div className="panel rel-map">
      <div className="rel-tools">
        <Button size="sm" tone="ghost" label={t('relations.smaller')} why={zoom === 0 ? '' : undefined} onClick={() => setZoom(zoom - 1)}>
          −
        </Button>
        <span className="t3 f12 num">{Math.round(scale * 100)} %</span>
        <Button
          size="sm"
          tone="ghost"
          label={t('relations.larger')}
          why={zoom === zooms.length - 1 ? '' : undefined}
          onClick={() => setZoom(zoom + 1)}
        >
          +
        </Button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keys */}
      <section className="rel-scroll" aria-label={t('relations.graph')} tabIndex={0}>
        <div style={{ width: width * scale, height: height * scale }}>
          <div className="rel-board" style={{ width, height, transform: `scale(${scale})` }}>
            <svg width={width} height={height} aria-hidden="true">
              {edges.map(({ edge, path, middle }) => (
                <g key={edge.id} className={`rel-edge ${edge.state}`}>
                  <path d={path} />
                  <circle cx={middle.x} cy={middle.y} r="3.5" />
                  <text x={middle.x} y={middle.y - 8}>
                    {edge.interface}
                  </text>
                </g>
              ))}
            </svg>
            {nodes.map(({ node, x, y }) => {
              const href = hrefOf(node)
              const style = { left: x, top: y, width: nodeSize.width, height: nodeSize.height }
              return href ? (
                <Link key={node.id} className="rel-node" style={style} href={href}>
                  <NodeBody node={node} nameIn={nameIn} />
                </Link>
              ) : (
                <div key={node.id} className="rel-node out" style={style}>
                  <NodeBody node={node} nameIn={nameIn} />
                </div>
              )
            })}
          </div>
        </div>
      </section>
    </div>
  )
}
