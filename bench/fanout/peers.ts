import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { CpuGroup } from '@/bench/cpu-group'
import type { Contender } from './contender'
import type { Fleet } from './fleet'
import { templateFor } from './payload'

export interface PeerOptions {
  readonly folder: string
  readonly fleet: Fleet
  readonly group: CpuGroup
  readonly archive: string
}

const port = 18_080

abstract class Peer implements Contender {
  abstract readonly name: string
  readonly ports: ReadonlyMap<string, number>
  /** On every host. */
  protected readonly target: string

  constructor(protected readonly options: PeerOptions) {
    this.ports = new Map(options.fleet.hosts.map(({ name }) => [name, port]))
    this.target = path.join(options.fleet.here, 'peer')
  }

  abstract deploy(): Promise<void>

  /** Empty folders; Ansible's `unarchive` wants the one it unpacks into. */
  async prepare(): Promise<void> {
    for (const { name } of this.options.fleet.hosts) mkdirSync(path.join(this.options.folder, 'hosts', name, 'peer'), { recursive: true })
  }

  async clear(): Promise<void> {
    for (const pid of this.services()) process.kill(pid, 'SIGKILL')
    for (const { name } of this.options.fleet.hosts) rmSync(path.join(this.options.folder, 'hosts', name, 'peer'), { recursive: true })
  }

  /** The services this peer started, by the program they run. */
  private services(): number[] {
    const program = `${this.target}/bin/service\0`
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => {
        try {
          return readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(program)
        } catch {
          return false
        }
      })
  }

  protected async run(argv: readonly string[], env: Readonly<Record<string, string>>): Promise<void> {
    const [command, args] = this.options.group.wrap(argv)
    const own = { PATH: process.env.PATH ?? '', HOME: path.join(this.options.folder, 'home'), LANG: 'C.UTF-8', ...env }
    const child = spawn(command, args, {
      cwd: this.options.folder,
      env: { NODE_ENV: 'production', ...own },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said = `${said}${text}`.slice(-6_000)))
    const [code] = (await once(child, 'close')) as [number | null]
    if (code !== 0) throw new Error(`${this.name} ended with ${code}:\n${said}`)
  }

  protected write(name: string, text: string): string {
    const file = path.join(this.options.folder, name)
    writeFileSync(file, text)
    return file
  }
}

/** One connection a host that carries everything, 16 at a time. */
export class OneConnection extends Peer {
  readonly name = 'one-connection ssh'

  async deploy(): Promise<void> {
    const { fleet, archive } = this.options
    const template = this.write(
      'ssh-template',
      templateFor((name) => `@${name}@`),
    )
    const list = this.write('ssh-hosts', fleet.hosts.map(({ name, address }) => `${name} ${address}\n`).join(''))
    await this.run(['bash', path.join(import.meta.dirname, 'one-connection.sh'), fleet.sshConfig, archive, template, this.target, list], {})
  }
}

/** Ansible as its experts run it: 50 forks, pipelining, kept connections, no facts, a fixed interpreter. */
export class Ansible extends Peer {
  readonly name = 'tuned Ansible'

  async deploy(): Promise<void> {
    await this.play()
  }

  /** Everything is there already. The start, which it would do again, is left out. */
  async deployAgain(): Promise<void> {
    await this.play('--skip-tags', 'start')
  }

  /** One small command on all hosts. */
  async command(program: string): Promise<void> {
    await this.run(['ansible', 'all', '-i', this.inventory(), '-m', 'command', '-a', program], this.environment())
  }

  private async play(...more: string[]): Promise<void> {
    const { archive } = this.options
    const template = this.write(
      'ansible-template.j2',
      templateFor((name) => ({ address: '{{ ansible_host }}', port: String(port), id: '{{ inventory_hostname }}' })[name]),
    )
    const variables = this.write('variables.json', JSON.stringify({ archive, template, folder: this.target }))
    const playbook = path.join(import.meta.dirname, 'deploy.yml')
    await this.run(['ansible-playbook', '-i', this.inventory(), '-e', `@${variables}`, ...more, playbook], this.environment())
  }

  private inventory(): string {
    const lines = this.options.fleet.hosts.map(({ name, address }) => `${name} ansible_host=${address}\n`)
    return this.write('inventory', `[all]\n${lines.join('')}`)
  }

  private environment(): Record<string, string> {
    return {
      ANSIBLE_CONFIG: this.write('ansible.cfg', this.settings()),
      ANSIBLE_LOCAL_TEMP: path.join(this.options.folder, 'ansible-local'),
    }
  }

  private settings(): string {
    const { fleet, folder } = this.options
    const options = '-o ControlMaster=auto -o ControlPersist=60s -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o IdentitiesOnly=yes'
    return `[defaults]
forks = 50
host_key_checking = False
interpreter_python = /usr/bin/python3
remote_user = root
private_key_file = ${path.join(folder, 'id')}
remote_tmp = ${path.join(fleet.here, 'ansible-tmp')}
[ssh_connection]
pipelining = True
control_path_dir = ${path.join(folder, 'cp')}
ssh_args = -C ${options}
`
  }

  /** The kept connections end too, or the next round would begin with them. */
  override async clear(): Promise<void> {
    this.hangUp()
    await super.clear()
  }

  hangUp(): void {
    const { folder } = this.options
    for (const name of readdirSync(path.join(folder, 'cp')))
      spawnSync('ssh', ['-o', `ControlPath=${path.join(folder, 'cp', name)}`, '-O', 'exit', 'any'], { stdio: 'ignore' })
  }
}

/** ClusterShell, 50 at a time: of the tools that only carry commands the quickest. */
export class Clush extends Peer {
  readonly name = 'clush'

  async deploy(): Promise<void> {
    throw new Error('It carries commands, and nothing else.')
  }

  async command(program: string): Promise<void> {
    const { fleet } = this.options
    const addresses = fleet.hosts.map(({ address }) => address).join(',')
    await this.run(['clush', '-q', '-f', '50', '-o', `-F ${fleet.sshConfig}`, '-w', addresses, program], {})
  }
}
