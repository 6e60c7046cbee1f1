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
  /** A folder for a CPU profile of the first host's agent. */
  readonly profile?: string | undefined
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
      const flags =
        this.options.profile && i === 0 ? ['--cpu-prof', `--cpu-prof-dir=${this.options.profile}`, '--cpu-prof-name=agent.cpuprofile'] : []
      const args = [folder, name, address, sshd, process.execPath, hub, await tokenFor(name), ...flags]
      const [command, words] = group.wrap(['ip', 'netns', 'exec', namespace, ...inside, ...args])
      const env = { PATH: process.env.PATH, NODE_ENV: 'production' as const }
      this.running.push(spawn(command, words, { stdio: ['ignore', 'ignore', 'inherit'], env }))
      // Eight starting Node processes keep two cores busy.
      if (i % 8 === 7) await sleep(600)
    }
  }

  private async endProfile(): Promise<void> {
    for (const pid of profiledAgents(this.options.group)) process.kill(pid, 'SIGTERM')
    await sleep(2_000)
  }

  /** What the agent of the first host that said something else than usual said. */
  report(): string {
    return this.hosts
      .slice(0, 3)
      .map(({ name }) => `${name}: ${readFileSync(path.join(this.options.folder, 'hosts', name, 'agent.log'), 'utf8').slice(-1000)}`)
      .join('\n')
  }

  async stop(): Promise<void> {
    if (this.options.profile) await this.endProfile()
    await Promise.all(
      this.running.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return
        child.kill('SIGKILL')
        await once(child, 'exit')
      }),
    )
  }
}

/** A profile is written when its process ends by itself. */
function profiledAgents(group: CpuGroup): number[] {
  return group.pids().filter((pid) => {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    return words.includes('--cpu-prof')
  })
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
