import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CpuGroup } from '@/bench/cpu-group'
import { findProgram } from '@/bench/requirements'
import type { HostPlace, Network } from './network'

export interface FleetOptions {
  readonly folder: string
  readonly network: Network
  readonly group: CpuGroup
  readonly agent: string
}

/** The hosts: each with network and processes of its own, an ssh server, and an agent that joins the hub. */
export class Fleet {
  private readonly running: ChildProcess[] = []

  constructor(private readonly options: FleetOptions) {}

  get hosts(): readonly HostPlace[] {
    return this.options.network.hosts
  }

  /** The folder that every host sees as its own. */
  get here(): string {
    return path.join(this.options.folder, 'here')
  }

  get sshConfig(): string {
    return path.join(this.options.folder, 'ssh_config')
  }

  prepare(): void {
    const { folder, agent } = this.options
    for (const name of ['here', 'home', 'hosts', 'cp']) mkdirSync(path.join(folder, name), { recursive: true, mode: 0o755 })
    for (const { name } of this.hosts) mkdirSync(path.join(folder, 'hosts', name), { mode: 0o755 })
    copyFileSync(agent, path.join(folder, 'agent.mjs'))
    chmodSync(path.join(folder, 'agent.mjs'), 0o755)
    for (const key of ['hostkey', 'id']) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path.join(folder, key)])
    writeAccount(folder)
    writeSshFiles(folder)
    mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
  }

  /** `tokenFor` makes a join token for a host of this name. */
  async start(hub: string, tokenFor: (name: string) => Promise<string>): Promise<void> {
    const { folder, group } = this.options
    const sshd = findProgram('sshd') ?? 'sshd'
    const script = path.join(import.meta.dirname, 'host.sh')
    for (const [i, { name, namespace, address }] of this.hosts.entries()) {
      const inside = ['unshare', '--mount', '--pid', '--fork', '--mount-proc', '--kill-child', '/bin/sh', script]
      const args = [folder, name, address, sshd, process.execPath, hub, await tokenFor(name)]
      const [command, words] = group.wrap(['ip', 'netns', 'exec', namespace, ...inside, ...args])
      const env = { PATH: process.env.PATH, NODE_ENV: 'production' as const }
      this.running.push(spawn(command, words, { stdio: ['ignore', 'ignore', 'inherit'], env }))
      // Eight starting Node processes keep two cores busy.
      if (i % 8 === 7) await sleep(600)
    }
  }

  /** What the agent of the first host that said something else than usual said. */
  report(): string {
    return this.hosts
      .slice(0, 3)
      .map(({ name }) => `${name}: ${readFileSync(path.join(this.options.folder, 'hosts', name, 'agent.log'), 'utf8').slice(-1000)}`)
      .join('\n')
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.running.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return
        child.kill('SIGKILL')
        await once(child, 'exit')
      }),
    )
  }
}

/** root with a plain home, for the hosts only: they see these files in place of the machine's. */
function writeAccount(folder: string): void {
  const others = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('root:'))
  writeFileSync(path.join(folder, 'passwd'), `${[`root:x:0:0:root:${folder}/home:/bin/bash`, ...others].join('\n')}\n`, { mode: 0o644 })
  writeFileSync(path.join(folder, 'shadow'), 'root:*:19000:0:99999:7:::\n', { mode: 0o640 })
}

function writeSshFiles(folder: string): void {
  const inside = (name: string) => path.join(folder, name)
  copyFileSync(inside('id.pub'), inside('authorized_keys'))
  const server = {
    Port: 22,
    HostKey: inside('hostkey'),
    AuthorizedKeysFile: inside('authorized_keys'),
    StrictModes: 'no',
    PermitRootLogin: 'prohibit-password',
    PasswordAuthentication: 'no',
    UsePAM: 'no',
    UseDNS: 'no',
    PidFile: 'none',
    Subsystem: 'sftp /usr/lib/openssh/sftp-server',
    MaxSessions: 20,
    LogLevel: 'ERROR',
  }
  const client = {
    User: 'root',
    IdentityFile: inside('id'),
    IdentitiesOnly: 'yes',
    StrictHostKeyChecking: 'no',
    UserKnownHostsFile: '/dev/null',
    LogLevel: 'ERROR',
  }
  const text = (options: object) =>
    `${Object.entries(options)
      .map(([key, value]) => `${key} ${value}`)
      .join('\n')}\n`
  writeFileSync(inside('sshd_config'), text(server))
  writeFileSync(inside('ssh_config'), `Host *\n${text(client)}`)
}
