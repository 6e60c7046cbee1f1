import type { UnitState } from '@/lib/db/generated/enums'
import { defineLifecycle } from '@/lib/lifecycle'

const living: UnitState[] = ['allocated', 'deployed', 'installed', 'ready', 'running', 'stopped', 'error']

/** A unit with an ordinal (5-model 2): yiqiu's states, then ours. */
export const unitLifecycle = defineLifecycle<UnitState>()({
  plan: { from: [], to: 'none', when: 'its record starts' },
  allocate: { from: ['none', ...living], to: 'allocated', when: 'it gets a machine, ports and room; generation + 1' },
  unpack: {
    from: ['allocated', 'running', 'ready', 'stopped', 'error', 'installed', 'deployed'],
    to: 'deployed',
    when: 'the package is verified and unpacked, the old process gone',
  },
  installed: { from: ['deployed', 'installed'], to: 'installed', when: 'install, config-changed and start ended well' },
  related: { from: ['installed'], to: 'ready', when: 'both sides of its relations know' },
  check_ok: { from: ['ready', 'installed'], to: 'running', when: 'the check passes' },
  check_lost: { from: ['running'], to: 'ready', when: 'the check fails' },
  exited: { from: ['running', 'ready'], to: 'installed', when: 'the process ended; the supervisor starts it again' },
  stop: { from: ['running', 'ready', 'installed'], to: 'stopped', when: 'stopped as asked' },
  start: { from: ['stopped'], to: 'installed', when: 'started again' },
  restart: { from: ['error'], to: 'deployed', when: 'tried again after an error' },
  fail: { from: ['none', ...living, 'removing'], to: 'error', when: 'a hook failed, or it crashes in a loop' },
  remove: { from: ['none', ...living], to: 'removing', when: 'it is taken away' },
  removed: { from: ['removing'], to: 'removed', when: 'the agent confirmed that it is gone' },
})

/** States in which a unit serves. */
export const serving: readonly UnitState[] = ['running']
