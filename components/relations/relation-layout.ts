import dagre from '@dagrejs/dagre'
import type { RelationEdge, RelationNode } from '@/lib/relations/views'

export const nodeSize = { width: 184, height: 52 } as const

export interface PlacedNode {
  readonly node: RelationNode
  readonly x: number
  readonly y: number
}

export interface PlacedEdge {
  readonly edge: RelationEdge
  /** An SVG path from the consumer to its provider. */
  readonly path: string
  readonly middle: { readonly x: number; readonly y: number }
}

export interface Placed {
  readonly width: number
  readonly height: number
  readonly nodes: readonly PlacedNode[]
  readonly edges: readonly PlacedEdge[]
}

const margin = 20

const gap = 20
const inRow = 5

/** Consumers left, what they need right of them; below it those without any relation, in rows. The same rows, the same picture. */
export function layOut(nodes: readonly RelationNode[], edges: readonly RelationEdge[]): Placed {
  const ids = new Set(nodes.map((node) => node.id))
  const known = edges.filter((edge) => ids.has(edge.consumer.id) && ids.has(edge.provider.id))
  const related = new Set(known.flatMap((edge) => [edge.consumer.id, edge.provider.id]))
  const board = layOutRelated(
    nodes.filter((node) => related.has(node.id)),
    known,
  )
  const rest = layOutAlone(
    nodes.filter((node) => !related.has(node.id)),
    related.size > 0 ? board.height - margin + gap : margin,
  )
  return {
    width: Math.max(board.width, rest.width, nodeSize.width + 2 * margin),
    height: Math.max(board.height, rest.height, nodeSize.height + 2 * margin),
    nodes: [...board.nodes, ...rest.nodes],
    edges: board.edges,
  }
}

function layOutRelated(nodes: readonly RelationNode[], edges: readonly RelationEdge[]): Placed {
  const graph = new dagre.graphlib.Graph({ multigraph: true })
  graph.setGraph({ rankdir: 'LR', nodesep: gap, ranksep: 104, marginx: margin, marginy: margin })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const node of nodes) graph.setNode(node.id, { ...nodeSize })
  for (const edge of edges) graph.setEdge(edge.consumer.id, edge.provider.id, {}, edge.id)
  if (nodes.length > 0) dagre.layout(graph)
  const at = new Map(nodes.map((node) => [node.id, graph.node(node.id) as { x: number; y: number }]))
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number }
  return {
    width,
    height,
    nodes: nodes.map((node) => {
      const { x, y } = at.get(node.id) ?? { x: 0, y: 0 }
      return { node, x: x - nodeSize.width / 2, y: y - nodeSize.height / 2 }
    }),
    edges: edges.map((edge) => connect(edge, at.get(edge.consumer.id), at.get(edge.provider.id))),
  }
}

function layOutAlone(nodes: readonly RelationNode[], top: number): Omit<Placed, 'edges'> {
  const [across, down] = [nodeSize.width + gap, nodeSize.height + gap]
  const rows = Math.ceil(nodes.length / inRow)
  return {
    width: nodes.length > 0 ? 2 * margin + Math.min(nodes.length, inRow) * across - gap : 0,
    height: nodes.length > 0 ? top + rows * down - gap + margin : 0,
    nodes: nodes.map((node, index) => ({ node, x: margin + (index % inRow) * across, y: top + Math.floor(index / inRow) * down })),
  }
}

type Point = { x: number; y: number } | undefined

function connect(edge: RelationEdge, from: Point, to: Point): PlacedEdge {
  const [a, b] = [from ?? { x: 0, y: 0 }, to ?? { x: 0, y: 0 }]
  const forwards = b.x >= a.x
  const start = { x: a.x + (forwards ? 1 : -1) * (nodeSize.width / 2), y: a.y }
  const end = { x: b.x + (forwards ? -1 : 1) * (nodeSize.width / 2), y: b.y }
  const bend = (start.x + end.x) / 2
  const path = `M${start.x} ${start.y} C${bend} ${start.y} ${bend} ${end.y} ${end.x} ${end.y}`
  return { edge, path, middle: { x: bend, y: (start.y + end.y) / 2 } }
}
