import { readFileSync } from 'node:fs'
import { isIPv4 } from 'node:net'
import { ownerOfSocket, pidsWithVariable } from './procfs'

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

export function listenersOn(port: number, address: string): Listener[] {
  return allListeners().filter((listener) => listener.port === port && collides(listener, address))
}

/** Who has the port, in words for a person; undefined when it is free. */
export function whoHasPort(port: number, address: string): string | undefined {
  const [listener] = listenersOn(port, address)
  if (!listener) return undefined
  const owner = ownerOfSocket(listener.inode)
  return owner ? `${owner.command} (pid ${owner.pid})` : 'a process this agent may not see'
}

/** The foreign owner of a port on which the unit should listen; undefined when it is the unit's, or nobody listens. */
export function foreignOwnerOf(port: number, address: string, unitId: string): string | undefined {
  const owners = listenersOn(port, address).flatMap(({ inode }) => ownerOfSocket(inode) ?? [])
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
