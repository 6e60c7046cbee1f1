import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { productHome } from './people'

interface State {
  databaseUrl: string
  children: { name: string; pid: number }[]
}

const read = (): State => JSON.parse(readFileSync(path.join(productHome(), 'up.json'), 'utf8')) as State

export const databaseUrl = (): string => read().databaseUrl

/** What the product's own processes called an error, the newest last. */
export function errorsSaid(count: number): string[] {
  const folder = path.join(productHome(), 'logs')
  const lines = readdirSync(folder).flatMap((name) => readFileSync(path.join(folder, name), 'utf8').split('\n'))
  return lines.filter((line) => line.includes('"level":50')).slice(-count)
}

/** kill -9 of one of the product's own processes, as its supervisor wrote it down. */
export function killProcess(name: string): number {
  const pid = read().children.find((one) => one.name === name)?.pid
  if (!pid) throw new Error(`No ${name} runs.`)
  process.kill(pid, 'SIGKILL')
  return pid
}
