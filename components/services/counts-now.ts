import type { ServiceRow } from '@/lib/services/views'

type Read = Pick<ServiceRow, 'unknownUnits' | 'running' | 'points'>

/** What was counted when the row was read, less the units whose machines have fallen silent since. */
export function countsNow({ unknownUnits, running, points }: Read, silent: readonly boolean[]): { unknown: number; running: number } {
  const fallen = points.filter((point, i) => silent[i] && point.state !== 'none' && point.state !== 'removed')
  const since = Math.max(0, fallen.length - unknownUnits)
  const served = fallen.filter((point) => point.state === 'running').length
  return { unknown: unknownUnits + since, running: Math.max(0, running - Math.min(since, served)) }
}
