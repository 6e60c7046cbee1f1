import { readFileSync } from 'node:fs'
import { createServer, isIPv4 } from 'node:net'
import { holderAmong, ownerOfSocket, pidsWithVariable, treeOf } from './procfs'

export type Listener = { address: string; port: number; inode: string }

const listening = '0A'

/** Everything that listens for TCP on this machine (in this network namespace). */
export function allListeners(): Listener[] {
  return [...tableOf('/proc/net/tcp'), ...tableOf('/proc/net/tcp6')]
}

function tableOf(path: string): Listener[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return []
  }
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const fields = line.trim().split(/\s+/)
      const [address = '', port = ''] = (fields[1] ?? '').split(':')
      return fields[3] === listening ? [{ address: addressOf(address), port: Number.parseInt(port, 16), inode: fields[9] ?? '' }] : []
    })
}

/** The kernel writes addresses as hexadecimal words in the machine's byte order. */
function addressOf(hex: string): string {
  const words = hex.match(/.{8}/g) ?? []
  const bytes = words.flatMap((word) => (word.match(/../g) ?? []).reverse())
  if (bytes.every((byte) => byte === '00')) return '*'
  const isMapped = bytes.length === 16 && bytes.slice(0, 12).join('') === '00000000000000000000FFFF'
  if (bytes.length === 4 || isMapped)
    return bytes
      .slice(-4)
      .map((byte) => Number.parseInt(byte, 16))
      .join('.')
  return (bytes.join('').toLowerCase().match(/.{4}/g) ?? []).join(':')
}

/** Whether a program that binds `address` would collide with this listener. An address that is no IPv4 collides with all. */
function collides(listener: Listener, address: string): boolean {
  return listener.address === '*' || !isIPv4(address) || address === '0.0.0.0' || listener.address === address
}

/** The second table is read only when the first does not answer: the kernel walks all its sockets for each. */
export function listenersOn(port: number, address: string): Listener[] {
  const onIt = (listener: Listener) => listener.port === port && collides(listener, address)
  const found = tableOf('/proc/net/tcp').filter(onIt)
  return found.length > 0 ? found : tableOf('/proc/net/tcp6').filter(onIt)
}

/** Whether a listener of our own could be there: a moment's try costs far less than reading who listens on this machine. */
function canListen(port: number, address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: address || '0.0.0.0', exclusive: true }, () => server.close(() => resolve(true)))
  })
}

/** Who has the port, in words for a person; undefined when it is free. */
export async function whoHasPort(port: number, address: string): Promise<string | undefined> {
  if (await canListen(port, address)) return undefined
  const [listener] = listenersOn(port, address)
  if (!listener) return undefined
  const owner = ownerOfSocket(listener.inode)
  return owner ? `${owner.command} (pid ${owner.pid})` : 'a process this agent may not see'
}

/**
 * The foreign owner of a port on which the unit should listen; undefined when it is the unit's, or nobody listens. `main` is the
 * unit's process: it and what it started are looked at first, for that is where the listener nearly always is.
 */
export function foreignOwnerOf(port: number, address: string, unitId: string, main: number | undefined): string | undefined {
  const inodes = listenersOn(port, address).map(({ inode }) => inode)
  if (inodes.length === 0 || (main !== undefined && inodes.every((inode) => holderAmong(treeOf(main), inode)))) return undefined
  const owners = inodes.flatMap((inode) => ownerOfSocket(inode) ?? [])
  if (owners.length === 0) return undefined
  const own = new Set(pidsWithVariable('TENGEN_UNIT_ID', unitId))
  if (owners.some(({ pid }) => own.has(pid))) return undefined
  return owners.map(({ pid, command }) => `${command} (pid ${pid})`).join(', ')
}

/** Ports on which something listens that is none of ours, as far as it could hinder a unit at this address. */
export function foreignListeners(address: string, ownPorts: ReadonlySet<number>): number[] {
  const ports = allListeners()
    .filter((listener) => collides(listener, address) && !ownPorts.has(listener.port))
    .map(({ port }) => port)
  return [...new Set(ports)].sort((a, b) => a - b)
}
