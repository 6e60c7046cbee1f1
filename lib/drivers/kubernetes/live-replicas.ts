import { type ApplySet, refOf } from './apply-set'
import { scaledByLoad } from './prepare-objects'
import type { WorkloadContent } from './workload-content'

/** How many there are now of what load decides about. */
export async function liveReplicas(content: WorkloadContent, set: ApplySet): Promise<Map<string, number>> {
  const found = await Promise.all(scaledByLoad(content).map((object) => set.read(refOf(object))))
  return new Map(
    found.flatMap((live) => {
      const replicas = (live?.spec as { replicas?: number } | undefined)?.replicas
      return live && replicas !== undefined ? [[live.metadata.name, replicas] as const] : []
    }),
  )
}
