import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { hashToken, newToken } from '@/lib/ids'
import { crashPostgres } from '@/lib/testing/crash-postgres'
import { Stack } from '@/lib/testing/stack'

let stack: Stack
beforeAll(async () => {
  stack = await Stack.start()
}, 60_000)
afterAll(() => stack.stop())

/** A person at the API; `asks` says what came of it. */
async function signIn(name: string) {
  const token = newToken()
  const { id: userId } = await stack.person(name)
  await stack.database.db.session.create({ data: { sessionToken: hashToken(token), userId, expires: new Date(Date.now() + 600_000) } })
  const origin = stack.url.replace('ws://', 'http://').replace('/ws/agent', '')
  const headers = { cookie: `next-auth.session-token=${token}`, origin, 'content-type': 'application/json' }
  return async (path: string, body?: object) => {
    const answer = await fetch(origin + path, { headers, ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}) })
    const { code, reason, parts } = (await answer.json()) as { code?: string; reason?: string; parts?: { database: string } }
    return [answer.status, answer.headers.get('retry-after'), code ?? parts?.database, reason].filter((one) => one != null)
  }
}

test('a deploy survives kill -9 of PostgreSQL, and no acknowledged line is missing; who asks meanwhile hears what is the matter', async () => {
  const asks = await signIn('jonas')
  const applications = '/api/v1/organizations/harbor/applications'
  const deploys = '/api/v1/organizations/harbor/deploys'
  const another = { slug: 'meanwhile', name: 'Meanwhile' }
  expect(await asks(deploys)).toEqual([200])
  const { recordId, stageId } = await stack.install('survives-postgres', 'greeter', '1.4.0', 3, { message: 'postgres' })
  await stack.until('the first unit to be switched', () =>
    stack.database.db.task.findFirst({ where: { recordId, verb: 'switch', state: { in: ['running', 'succeeded'] } } }),
  )
  await crashPostgres(inject('postgres'), async () => {
    const away = [503, '3', 'unavailable', 'database_away']
    for (const ask of [deploys, '/api/v1/me/sessions']) expect([ask, await asks(ask)]).toEqual([ask, away])
    for (let n = 0; n < 5; n++) expect(await asks(applications, another)).toEqual(away)
    expect(await asks('/api/health/live')).toEqual([200])
    expect(await asks('/api/health/ready')).toEqual([503, 'away'])
    await sleep(Number(process.env.TENGEN_AWAY_MS ?? 0))
  })
  await stack.until('it to answer again', async () => (await asks(deploys))[0] === 200)
  expect(await stack.database.db.application.count({ where: { slug: 'meanwhile' } })).toBe(0)
  expect(await asks(applications, another)).toEqual([201])
  await stack.ended(recordId)
  for (const unit of await stack.database.db.unit.findMany({ where: { stageId, removedAt: null } })) {
    expect(unit).toMatchObject({ state: 'running', held: false })
    expect(stack.pidsOf(unit.id).length).toBeGreaterThan(0)
  }
  const answers = await stack.answers(stageId)
  expect(answers).toHaveLength(3)
  for (const answer of answers) expect(answer).toContain('postgres')
  const { rows } = await stack.database.pool.query<{ lines: string; last: string }>(
    'select count(*) as lines, max(line) as last from journal.log_line where record_id = $1',
    [recordId],
  )
  expect(rows[0]?.lines).toBe(rows[0]?.last)
  expect(
    await stack.database.pool.query("select 1 from journal.log_line where record_id = $1 and stream = 'gap'", [recordId]),
  ).toHaveProperty('rowCount', 0)
})
