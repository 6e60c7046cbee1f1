import { spawn } from 'node:child_process'
import { appendFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { check } from './checker/checker'
import { diaryOf, unitsOnDisks } from './checker/look'
import { experiments, nameOf } from './experiments'
import { isServer, processesOfUnits } from './processes'
import { Rig } from './rig'
import { machineNames, rigPace } from './run-all'
import { runExperiment } from './run-experiment'

let rig: Rig
beforeAll(async () => {
  rig = await Rig.start(machineNames.slice(0, 3), rigPace)
}, 60_000)
afterAll(() => rig.stop(), 30_000)

const short = experiments
  .map((experiment, index) => ({ experiment, index, name: nameOf(experiment) }))
  .filter(({ experiment }) => experiment.short)

test.for(short)('everything holds after chaos: $name', { timeout: 90_000 }, async ({ experiment, index }, { skip }) => {
  const { violations, skipped } = await runExperiment(rig, experiment, { seed: index, service: `witness-${index}` })
  // A disk that can be filled takes root.
  if (skipped) skip(skipped)
  expect(violations).toEqual([])
})

test('the checker sees what is planted: a twin, a lost line, a folder that nobody names, a lock of what has ended, a hook that ran again', async () => {
  const { pool } = rig.stack.database
  const { stageId, recordId } = await rig.stack.install('planted', 'witness', '1.0.0', 1, { message: 'first' })
  await rig.stack.ended(recordId)
  const scene = { pool, stageId, homes: new Map([...rig.machines].map(([name, { agent }]) => [name, agent.home])) }
  expect(await check(scene)).toEqual([])

  const real = processesOfUnits().find((one) => isServer(one) && one.environment.get('TENGEN_UNIT') === 'planted/0')
  const folder = unitsOnDisks(scene).find(({ name }) => name === 'planted/0')?.folder ?? ''
  const superuser = new pg.Client({ connectionString: rig.stack.database.superuserUrl })
  const twin = spawn(process.execPath, [path.join(folder, 'current/bin/server.mjs')], {
    env: { ...Object.fromEntries(real?.environment ?? []), NODE_ENV: 'test', TENGEN_PORT_HTTP: '0' },
    stdio: 'ignore',
  })
  try {
    await rig.stack.until('the twin to live', async () => processesOfUnits().some(({ pid }) => pid === twin.pid))
    await superuser.connect()
    await superuser.query(
      'delete from journal.log_line where record_id = $1 and line = (select max(line) - 1 from journal.log_line where record_id = $1)',
      [recordId],
    )
    await pool.query(`insert into "StageLock" ("stageId", "recordId") values ($1, $2)`, [stageId, recordId])
    await pool.query(`update "Allocation" set "to" = now() where "unitId" in (select id from "Unit" where "stageId" = $1)`, [stageId])
    const [end] = diaryOf(folder).filter((entry) => entry.startsWith('end install'))
    appendFileSync(path.join(folder, 'diary'), `${end?.replace('end', 'begin')}\n`)
    const found = (await check(scene)).join('\n')
    expect(found).toContain('never two live processes of one unit')
    expect(found).toContain('lines of a record have no hole')
    expect(found).toContain('still locks the service')
    expect(found).toContain('install began again after its end')
    expect(found).toContain('the ledger names what is left on disks: the folder of planted/0')
  } finally {
    await superuser.end()
    twin.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
})
