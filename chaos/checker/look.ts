import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import path from 'node:path'
import type pg from 'pg'

/**
 * What the checker may look at: rows by plain SQL, disks, processes. It imports nothing of the product, so that a mistake
 * there cannot hide itself here.
 */
export interface Scene {
  readonly pool: pg.Pool
  readonly stageId: string
  /** Name of a machine → the folder of its agent. */
  readonly homes: ReadonlyMap<string, string>
}

export type Check = (scene: Scene) => Promise<readonly string[]>

export async function rowsOf<T extends pg.QueryResultRow>({ pool, stageId }: Scene, sql: string): Promise<T[]> {
  return (await pool.query<T>(sql, sql.includes('$1') ? [stageId] : [])).rows
}

export interface DiskUnit {
  readonly machine: string
  readonly home: string
  readonly folder: string
  readonly name: string
}

/** Folders of units on all disks. */
export function unitsOnDisks({ homes }: Scene): DiskUnit[] {
  // Links lead to them by their ports.
  const inside = (folder: string) =>
    (existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : []).filter((one) => one.isDirectory()).map(({ name }) => name)
  return [...homes].flatMap(([machine, home]) =>
    inside(path.join(home, 'apps')).flatMap((application) =>
      inside(path.join(home, 'apps', application)).map((name) => {
        const folder = path.join(home, 'apps', application, name)
        return { machine, home, folder, name: name.replace(/_(\d+)$/, '/$1') }
      }),
    ),
  )
}

export const packageOf = (folder: string): string | undefined => {
  try {
    const release = readlinkSync(path.join(folder, 'current'))
    return path.basename(readlinkSync(path.join(folder, release)))
  } catch {
    return undefined
  }
}

export const diaryOf = (folder: string): string[] => {
  const file = path.join(folder, 'diary')
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []
}

export function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return groups
}
