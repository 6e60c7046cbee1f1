import type { TaskCallback } from '@/lib/drivers/callback'
import type { TaskOrder, UnitDriver } from '@/lib/drivers/driver'
import { effectOf } from '@/lib/drivers/machine/effect-of'
import { renderUnit } from '@/lib/drivers/machine/render-unit'

/** Where the practice driver shows what its pretended target looks like now. */
export interface PracticeTarget {
  unit(
    order: TaskOrder,
    state: 'installed' | 'running' | 'stopped' | 'error' | 'removed',
    failure?: { code: string; message: string },
  ): Promise<void>
  cached(order: TaskOrder): Promise<void>
  copied(order: TaskOrder): Promise<void>
}

/** Names that make it misbehave, in tests and in demos alike. The first that the unit's name begins with holds. */
const sentinels = {
  'fails-install': { code: 'hook_failed', message: 'install ended with exit code 1.' },
  'fails-check': { code: 'check_failed', message: 'The check failed 3 times.' },
  'never-answers': null,
} as const

const stateAfter = { switch: 'running', restart: 'running', start: 'running', stop: 'stopped', remove: 'removed' } as const

/** Obeys sentinel names instead of touching anything. */
export const makePracticeDriver = (target: PracticeTarget): UnitDriver => ({
  kind: 'practice',
  render: renderUnit,
  effectOf,
  async apply(orders, callbackFor) {
    for (const order of orders) await perform(target, order, callbackFor(order))
  },
  async stop() {
    // Nothing runs on: every order is carried out before apply returns.
  },
})

async function perform(target: PracticeTarget, order: TaskOrder, callback: TaskCallback): Promise<void> {
  const name = Object.keys(sentinels).find((sentinel) => order.unitName?.startsWith(sentinel)) as keyof typeof sentinels | undefined
  const failure = name ? sentinels[name] : undefined
  if (failure === null && order.verb === 'switch') return
  const say = (text: string) => callback.log([{ at: new Date().toISOString(), stream: 'agent', text }])
  await say(`${order.verb} ${order.unitName ?? ''}`)
  if (order.verb === 'fetch') {
    await target.cached(order)
  } else if (order.verb === 'copy_out' || order.verb === 'copy_in') {
    await target.copied(order)
  } else if (failure && order.verb === 'switch') {
    await target.unit(order, 'error', failure)
    await callback.done({ ok: failure.code === 'check_failed', ...failure })
    return
  } else {
    await target.unit(order, stateAfter[order.verb as keyof typeof stateAfter] ?? 'running')
  }
  await callback.done({ ok: true })
}
