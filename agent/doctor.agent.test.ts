import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { secretPlaceholder } from '@/lib/protocol/desired'
import { AgentHub } from '@/lib/testing/agent-hub'
import { AgentProcess, agentBundle, buildContent, buildEntry, nextUnitId, publishScripts } from '@/lib/testing/agent-process'
import { readBundle } from '@/lib/testing/doctor'

const run = promisify(execFile)

test('the doctor looks at a running agent without disturbing it, and puts no secret into its file', async () => {
  const hub = await AgentHub.start()
  const folder = mkdtempSync(join(tmpdir(), 'tengen-home-'))
  chmodSync(folder, 0o755)
  const agent = new AgentProcess(join(folder, 'home'), 8)
  const unitId = nextUnitId()
  const secret = 'hunter2 and more'
  try {
    await agent.join(hub)
    const pack = await publishScripts(hub, { 'bin/run': 'echo "said $PASSWORD"; echo "api_key=Zk3-plain" >&2; exec sleep 1000' })
    const content = buildContent({
      package: pack,
      process: { command: ['bin/run'], stop: { signal: 'SIGTERM', timeoutMs: 2000 } },
      env: { PASSWORD: secretPlaceholder('sec_1', 1) },
    })
    const entry = buildEntry(unitId, content)
    hub.desire([entry], { 'sec_1@1': secret })
    await hub.done(entry.cause!)
    await hub.unitState(unitId, 'running')
    const before = hub.machine.inventories.length
    writeFileSync(join(folder, 'agent.log'), `connected with ${secret} and Bearer abcdefgh123\n`)
    const out = join(agent.home, 'doctor.tar.gz')
    const { stdout } = await run(process.execPath, [await agentBundle(), 'doctor', '--home', agent.home, '--out', out])
    const { text, files } = await readBundle(out)
    expect(stdout).toMatch(/✓ agent +runs, pid \d+\n✓ hub +answers 404|✗ hub/)
    expect(JSON.parse(files['units.json'] ?? '')).toMatchObject([{ unitId, unit: 'demo/0', isAlive: true, state: 'running' }])
    expect(Object.keys(files)).toEqual(
      expect.arrayContaining(['manifest.json', 'machine.json', 'agent.json', 'disk.json', 'cgroup.json', 'agent.log']),
    )
    expect(text).toContain('said ••••••')
    const identity = JSON.parse(agent.read('state', 'identity.json')) as { sign: { privateKey: string }; ratchet: string }
    for (const hidden of [secret, 'Zk3-plain', 'abcdefgh123', identity.ratchet, identity.sign.privateKey.split('\n')[1] ?? ''])
      expect([hidden, text.includes(hidden)]).toEqual([hidden, false])
    expect(agent.exitCode).toBe(null)
    expect(hub.machine.inventories.length - before).toBeLessThan(2)
  } finally {
    await agent.destroy([unitId])
    await hub.stop()
    rmSync(folder, { recursive: true, force: true })
  }
})
