import { BlockList, isIP } from 'node:net'

/** Where a request that somebody's typing caused has no business: this machine, its neighbours, and what tells machines their secrets. */
const closed: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
]

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4')

function listOf(networks: Iterable<readonly [string, number]>): BlockList {
  const list = new BlockList()
  for (const [network, prefix] of networks) list.addSubnet(network, prefix, familyOf(network))
  return list
}

const denied = listOf(closed)

/** `10.0.0.0/8`, `192.0.2.7`, `fd00::/8`; undefined when it is none of these. */
export function readNetwork(text: string): readonly [network: string, prefix: number] | undefined {
  const [network = '', length, ...rest] = text.split('/')
  const most = { 4: 32, 6: 128 }[isIP(network)]
  const prefix = length === undefined ? most : /^\d{1,3}$/.test(length) ? Number(length) : undefined
  if (most === undefined || prefix === undefined || prefix > most || rest.length > 0) return undefined
  return [network, prefix]
}

/** May this address be dialled? `allowed` are networks that the operator lists. */
export function mayDial(address: string, allowed: readonly string[]): boolean {
  const family = isIP(address)
  if (family === 0) return false
  // An IPv4 address in the clothes of IPv6 is judged as what it is.
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped) return mayDial(mapped, allowed)
  const listed = listOf(allowed.flatMap((text) => [readNetwork(text)].filter((network) => network !== undefined)))
  return listed.check(address, familyOf(address)) || !denied.check(address, familyOf(address))
}
