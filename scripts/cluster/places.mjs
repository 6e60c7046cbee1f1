import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/** Plain Node: where programs and clusters lie (both outside the clone), and what is written of a cluster. */

export const programsFolder = process.env.TENGEN_CLUSTER_PROGRAMS ?? path.join(os.homedir(), '.cache/tengen/bin')
export const clustersFolder = process.env.TENGEN_CLUSTERS ?? '/tmp/tengen-clusters'

export const programFile = (name) => path.join(programsFolder, name)
/** Short, because it becomes part of names in the kernel; never a path. */
const namePattern = /^[a-z][a-z0-9-]{0,30}[a-z0-9]$/

export function placeOf(name) {
  if (!namePattern.test(name)) throw new Error('A cluster is named by 2 to 32 lower-case letters, digits and dashes.')
  return path.join(clustersFolder, name)
}

const cardFile = (folder) => path.join(folder, 'cluster.json')

export function readCard(name) {
  const folder = placeOf(name)
  if (!existsSync(cardFile(folder))) throw new Error(`There is no cluster ${name}: npm run cluster list`)
  return JSON.parse(readFileSync(cardFile(folder), 'utf8'))
}

export const writeCard = (card) => writeFileSync(cardFile(card.folder), JSON.stringify(card, null, 2))

const isProcess = (pid) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** A cluster that belongs to a process (a test run) is forgotten with it. */
export const isAbandoned = (card) => card.ownerPid !== undefined && !isProcess(card.ownerPid)

export const listCards = () =>
  existsSync(clustersFolder)
    ? readdirSync(clustersFolder)
        .filter((name) => existsSync(cardFile(path.join(clustersFolder, name))))
        .map(readCard)
    : []

/** Each cluster has a number, from which its addresses follow; making the folder is what takes it. */
export function takeNumber(name) {
  for (let number = 1; number < 100; number++) {
    const folder = path.join(clustersFolder, '.numbers', String(number))
    try {
      mkdirSync(path.dirname(folder), { recursive: true })
      mkdirSync(folder)
    } catch (error) {
      if (error.code === 'EEXIST') continue
      throw error
    }
    writeFileSync(path.join(folder, 'name'), name)
    return number
  }
  throw new Error('A hundred clusters are up already: npm run cluster list')
}

export const freeNumber = (number) => rmSync(path.join(clustersFolder, '.numbers', String(number)), { recursive: true, force: true })
