import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { isAlive, markOf } from '@/agent/procfs'

const ip = (args: readonly string[], input = ''): string => execFileSync('ip', args, { input, encoding: 'utf8' })

export interface HostPlace {
  readonly name: string
  readonly namespace: string
  readonly address: string
}

const pattern = /^tb(\d+)h\d+$/

/** A bridge with the gateway's address and one network namespace a host, all named after this process. */
export class Network {
  /** In the range that is set aside for benchmarks. */
  readonly address = '198.18.0.1'
  readonly hosts: readonly HostPlace[]
  private readonly bridge = `tb${process.pid}`

  constructor(count: number) {
    this.hosts = Array.from({ length: count }, (_, i) => ({
      name: `h${i + 1}`,
      namespace: `${this.bridge}h${i + 1}`,
      address: `198.18.${1 + Math.floor(i / 200)}.${1 + (i % 200)}`,
    }))
  }

  up(): void {
    removeLeftovers()
    if (ip(['-o', 'addr', 'show']).includes(`${this.address}/`)) throw new Error(`${this.address} is in use: another benchmark runs.`)
    const lines = [`link add ${this.bridge} type bridge`, `addr add ${this.address}/15 dev ${this.bridge}`, `link set ${this.bridge} up`]
    for (const [i, { namespace }] of this.hosts.entries()) {
      const outside = `${this.bridge}v${i + 1}`
      lines.push(`netns add ${namespace}`, `link add ${outside} type veth peer name eth0 netns ${namespace}`)
      lines.push(`link set ${outside} master ${this.bridge}`, `link set ${outside} up`)
    }
    ip(['-batch', '-'], `${lines.join('\n')}\n`)
  }

  down(): void {
    for (const { namespace } of this.hosts) spawnSync('ip', ['netns', 'del', namespace])
    spawnSync('ip', ['link', 'del', this.bridge])
  }
}

/** What a run left behind that was killed: its process is gone, its namespaces are not. */
function removeLeftovers(): void {
  const names = existsSync('/run/netns') ? readdirSync('/run/netns') : []
  for (const name of names) {
    const pid = Number(pattern.exec(name)?.[1] ?? 0)
    const mark = pid > 0 ? markOf(pid) : undefined
    if (pid === 0 || (mark && isAlive(mark))) continue
    spawnSync('ip', ['netns', 'del', name])
    spawnSync('ip', ['link', 'del', `tb${pid}`])
  }
}
