import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { CpuGroup } from '@/bench/cpu-group'
import { Hub } from '@/bench/hub/hub'
import { needNamespaces, needPrograms, needRoot } from '@/bench/requirements'
import type { Settings } from '@/bench/settings'
import { agentBundle } from '@/lib/testing/agent-process'
import { Fleet } from './fleet'
import { Network } from './network'
import { compileService, writeArchive } from './payload'
import type { PeerOptions } from './peers'
import { Tengen } from './tengen'

export interface Rig {
  readonly fleet: Fleet
  readonly control: CpuGroup
  readonly hosts: CpuGroup
  readonly tengen: Tengen
  readonly archive: { readonly file: string; readonly bytes: number }
  readonly forPeers: PeerOptions
}

/** Hosts in namespaces of their own, each with an ssh server and an agent that has joined a hub; all of it is taken away again. */
export async function withRig<T>(
  bench: string,
  settings: Settings,
  programs: Readonly<Record<string, string>>,
  use: (rig: Rig) => Promise<T>,
): Promise<T> {
  needRoot(bench, 'for network namespaces')
  needPrograms(bench, { ip: 'iproute2', unshare: 'util-linux', gcc: 'gcc libc6-dev', sshd: 'openssh-server', ssh: 'openssh-client' })
  if (!settings.alone) needPrograms(bench, programs)
  needNamespaces(bench)
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tengen-bench-'))
  chmodSync(folder, 0o755)
  const network = new Network(settings.hosts)
  const [control, hosts] = [CpuGroup.make(`tengen-bench-control-${process.pid}`), CpuGroup.make(`tengen-bench-hosts-${process.pid}`)]
  const fleet = new Fleet({ folder, network, group: hosts, agent: await agentBundle(), profile: settings.profile })
  const undo: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true }), () => control.remove(), () => hosts.remove()]
  const stopNow = () => void unwind(undo).finally(() => process.exit(130))
  process.once('SIGINT', stopNow)
  try {
    undo.push(() => network.down())
    network.up()
    undo.push(() => fleet.stop())
    fleet.prepare()
    const hub = await Hub.start({
      folder,
      host: network.address,
      group: control,
      programs: ['gateway', 'workers'],
      profile: settings.profile,
    })
    undo.push(() => hub.stop())
    const program = compileService(folder)
    const archive = await writeArchive(folder, '1.0.0', program)
    const tengen = new Tengen(hub, fleet, program)
    await tengen.join()
    return await use({ fleet, control, hosts, tengen, archive, forPeers: { folder, fleet, group: control, archive: archive.file } })
  } finally {
    process.off('SIGINT', stopNow)
    await unwind(undo)
  }
}

/** Last made, first undone; one that fails does not keep the others. */
async function unwind(undo: (() => unknown)[]): Promise<void> {
  for (let step = undo.pop(); step; step = undo.pop()) {
    try {
      await step()
    } catch (error) {
      console.error(error)
    }
  }
}
