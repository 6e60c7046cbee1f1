import { closeSync, constants, openSync } from 'node:fs'
import { readdir, rmdir, unlink } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { at } from './beneath'
import { errorCodeOf } from './failure'

const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = constants

/**
 * A folder with all that is in it; nothing happens where it is not. Whoever still has one of the folders inside open may lay a link in the
 * way meanwhile, so each step is taken from an open folder, and a link is taken away itself.
 */
export async function removeFolder(path: string): Promise<void> {
  let parent: number
  try {
    parent = openSync(dirname(path), O_RDONLY | O_DIRECTORY)
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return
    throw error
  }
  try {
    await removeIn(parent, basename(path))
  } finally {
    closeSync(parent)
  }
}

async function removeIn(parent: number, name: string): Promise<void> {
  try {
    return await unlink(at(parent, name))
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return
    if (errorCodeOf(error) !== 'EISDIR') throw error
  }
  const folder = openSync(at(parent, name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
  try {
    for (const one of await readdir(at(folder, '.'))) await removeIn(folder, one)
  } finally {
    closeSync(folder)
  }
  await rmdir(at(parent, name))
}
