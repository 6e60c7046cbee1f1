import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

const { TENGEN_RELATIONS: relationsFile, TENGEN_CONFIG: configFile } = process.env
export const { domain, program } = JSON.parse(readFileSync(configFile, 'utf8'))

const whole = { path: '/', match: 'prefix' }

/** Host name → its paths, each with the endpoints of the units that serve it, as the relations say now. What fits closest comes first. */
export function readTable() {
  const text = readFileSync(relationsFile, 'utf8')
  const hosts = new Map()
  const serve = (host, { path, match }, endpoint) => {
    const places = hosts.get(host) ?? []
    const place = places.find((one) => one.path === path && one.match === match)
    if (place) place.endpoints.push(endpoint)
    else hosts.set(host, [...places, { path, match, endpoints: [endpoint] }].sort(closest))
  }
  for (const end of JSON.parse(text).all.filter((one) => one.side === 'provider' && one.port)) {
    const endpoint = { host: end.address, port: end.port }
    serve(`${end.service}.${end.application}.${domain}`, whole, endpoint)
    for (const route of end.routes ?? []) serve(route.host, route, endpoint)
  }
  return { hosts, digest: createHash('sha256').update(text).digest('hex') }
}

const closest = (a, b) => Number(b.match === 'exact') - Number(a.match === 'exact') || b.path.length - a.path.length

/** A star stands for exactly one label; a name of its own comes before it. */
const placesOf = ({ hosts }, name) => hosts.get(name) ?? hosts.get(name.replace(/^[^.]+/, '*')) ?? []

const isBelow = (path, of) => path === of || path.startsWith(of.endsWith('/') ? of : `${of}/`)

/** Endpoints for a request; undefined = nobody is reached under that name and path. */
export function endpointsFor(table, name, url) {
  const path = url.replace(/[?#].*$/, '')
  return placesOf(table, name).find((one) => (one.match === 'exact' ? path === one.path : isBelow(path, one.path)))?.endpoints
}

/** One line of what is served now. */
export const wordsOf = ({ hosts }) =>
  [...hosts]
    .flatMap(([host, places]) => places.map(({ path, endpoints }) => `${host}${path === '/' ? '' : path} (${endpoints.length})`))
    .join(', ') || 'nobody yet'
