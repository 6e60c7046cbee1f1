import { KubernetesError } from './errors'

/** A field that somebody else says something of. */
export interface FieldConflict {
  /** In the words of `FieldChange.path`: `.spec.template.spec.containers[web].image`. */
  readonly field: string
  /** The other field manager: `kubectl-edit`, `horizontal-pod-autoscaler`. */
  readonly owner: string
}

interface Cause {
  readonly reason?: string
  readonly message?: string
  readonly field?: string
}

/** The API server names an item of a list by all of its keys, `[containerPort=80,protocol="TCP"]`; we by its first. */
const pathOf = (field: string): string => field.replace(/\[\w+=("?)([^"\],]+)\1[^\]]*\]/g, '[$2]')

/** What a refused apply names; undefined = it was refused for something else. */
export function conflictsOf(error: unknown): FieldConflict[] | undefined {
  if (!(error instanceof KubernetesError) || error.status !== 409) return undefined
  const causes = (error.details.causes ?? []) as readonly Cause[]
  const found = causes
    .filter(({ reason }) => reason === 'FieldManagerConflict')
    .map(({ message = '', field = '' }) => ({ field: pathOf(field), owner: /conflict with "([^"]+)"/.exec(message)?.[1] ?? 'somebody' }))
  return found.length > 0 ? found : undefined
}
