import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

const { TENGEN_RELATIONS: relationsFile, TENGEN_CONFIG: configFile } = process.env
export const { domain, program } = JSON.parse(readFileSync(configFile, 'utf8'))

/** Host name → endpoints of the units that serve it, as the relations say now. */
export function readTable() {
  const text = readFileSync(relationsFile, 'utf8')
  const hosts = new Map()
  for (const end of JSON.parse(text).all.filter((one) => one.side === 'provider' && one.port)) {
    const host = `${end.service}.${end.application}.${domain}`
    hosts.set(host, [...(hosts.get(host) ?? []), { host: end.address, port: end.port }])
  }
  return { hosts, digest: createHash('sha256').update(text).digest('hex') }
}

/** One line of what is served now. */
export const wordsOf = ({ hosts }) => [...hosts].map(([host, list]) => `${host} (${list.length})`).join(', ') || 'nobody yet'
