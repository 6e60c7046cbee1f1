import { expect, test } from 'vitest'
import { isLeased } from '@/lib/protocol/lease'
import { contentProcessOf, PackageManifest, whyNotCommand } from '@/lib/protocol/package-manifest'
import { leadMs } from './guard'
import { resolveCommand } from './unit-command'

const process = { command: ['bin/server'], stop: { timeout: '10s' } }
const read = (component: object) =>
  PackageManifest.safeParse({
    tengen: 1,
    name: 'keeper',
    version: '1.0.0',
    title: 'Keeper',
    components: [{ name: 'main', process, ...component }],
  })
const refusals = (component: object) => read(component).error?.issues.map(({ message }) => message) ?? []

const leased = { mode: 'singleton', lease: true, failover: 'automatic' }

test('a lease is for a singleton with a process that stops soon, and whose data are where it may go', () => {
  const own = { name: 'state', path: 'data' }
  expect(refusals({ ...leased, data: [{ ...own, shared: true }] })).toEqual([])
  expect(refusals({ ...leased, mode: 'replicated' })).toEqual(['only a component with mode: singleton can have a lease'])
  expect(refusals({ ...leased, data: [own] })).toEqual([expect.stringContaining('they must be shared')])
  expect(refusals({ ...leased, process: { ...process, stop: { timeout: '20s' } } })).toEqual(['with a lease it must stop within 15s'])
  const hooks = { start: { run: ['bin/start'] }, stop: { run: ['bin/stop'] } }
  expect(refusals({ ...leased, process: undefined, hooks })).toEqual([expect.stringContaining('needs a process')])
  expect(refusals({ failover: 'automatic', mode: 'singleton', data: [own] })).toEqual(['automatic needs no data, or data that are shared'])
})

test('an agent that knows no leases refuses the command; one that does runs it without the word', () => {
  const component = read(leased).data?.components[0]
  const content = { process: component ? contentProcessOf(component) : null }
  expect(isLeased(content)).toBe(true)
  expect(whyNotCommand(content.process?.command ?? [])).toContain('the program must be')
  expect(resolveCommand(content.process?.command ?? [], '/package')).toEqual(['/package/bin/server'])
})

test('a leased process is asked to stop while there is time for it, and is dead before its lease is over', () => {
  expect(leadMs({ leaseMs: 45_000, stop: { signal: 'SIGTERM', timeoutMs: 10_000 } })).toEqual({ soonMs: 12_000, lastMs: 2_000 })
  expect(leadMs({ leaseMs: 4_500, stop: { signal: 'SIGTERM', timeoutMs: 10_000 } })).toEqual({ soonMs: 1_950, lastMs: 450 })
})
