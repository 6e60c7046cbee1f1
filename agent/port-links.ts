import { lstatSync, readdirSync, readlinkSync, unlinkSync } from 'node:fs'
import { at, replaceLink } from './beneath'

/** Beside a unit's folder, by the ports it has: `web_8080` leads to `web_0`, for those who know a service by its port. */
export function linkPorts(application: number, folder: string, names: readonly string[]): void {
  unlinkPorts(application, folder, names)
  // A unit whose ordinal is that number keeps its place.
  for (const name of names) if (isLink(application, name) !== false) replaceLink(folder, at(application, name))
}

/** All links to it, but for those that stay. */
export function unlinkPorts(application: number, folder: string, stay: readonly string[] = []): void {
  for (const name of readdirSync(at(application, '.')))
    if (!stay.includes(name) && isLink(application, name) && readlinkSync(at(application, name)) === folder)
      unlinkSync(at(application, name))
}

/** Undefined: nothing is there. */
const isLink = (application: number, name: string): boolean | undefined =>
  lstatSync(at(application, name), { throwIfNoEntry: false })?.isSymbolicLink()
