import type { RelationEdge } from '@/lib/relations/views'

/** `Shop / redis`; what is outside has no application. */
export const nameWithHome = ({ name, application }: Pick<RelationEdge['consumer'], 'name' | 'application'>): string =>
  application ? `${application.name} / ${name}` : name
