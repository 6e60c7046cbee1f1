import { describe, expect, test } from 'vitest'
import { endsRollout, judgeAll, judgeRollout } from './judge-rollout'
import type { ContainerFacts, ControllerFacts, PodFacts } from './workload-facts'
import type { Sight } from './workload-picture'

const controller: ControllerFacts = {
  ...{ kind: 'Deployment', namespace: 'n', name: 'web-stable', generation: 2, observedGeneration: 2, revision: '2', stuck: null },
  ...{ desired: 2, total: 2, updated: 2, ready: 2, available: 2 },
}
const container: ContainerFacts = { name: 'main', isReady: true, restarts: 0, waiting: null, last: null }
const pod = (name: string, change: Partial<PodFacts> = {}): PodFacts => ({
  ...{ uid: name, namespace: 'n', name, owner: '', serviceName: 'web', subset: 'stable', hash: 'new', phase: 'Running', isReady: true },
  ...{ isLeaving: false, node: 'node', address: null, image: 'i', startedAt: null, containers: [container], unschedulable: null },
  ...change,
})
const sight = (change: Partial<Sight> = {}): Sight => ({
  controller,
  replicaSets: [
    { namespace: 'n', name: 'web-stable-old', owner: '', revision: '1', hash: 'old', trouble: null },
    { namespace: 'n', name: 'web-stable-new', owner: '', revision: '2', hash: 'new', trouble: null },
  ],
  pods: [pod('a'), pod('b')],
  events: [],
  ...change,
})
const asked = { generation: 2, isStopped: false, stillMs: 0, progressMs: 60_000 }
const waiting = (reason: string, message = 'why') =>
  pod('b', { isReady: false, containers: [{ ...container, isReady: false, waiting: { reason, message } }] })

describe('a rollout', () => {
  test('is whole when the newest generation is available and no older pod is left', () => {
    expect(judgeRollout(sight(), asked)).toEqual({ kind: 'there' })
  })
  test('is not whole by an older picture, while older pods leave, or while one is missing', () => {
    expect(judgeRollout(sight(), { ...asked, generation: 3 }).kind).toBe('goes_on')
    expect(judgeRollout(sight({ controller: { ...controller, observedGeneration: 1 } }), asked).kind).toBe('goes_on')
    expect(judgeRollout(sight({ pods: [pod('a'), pod('b'), pod('c', { hash: 'old', isLeaving: true })] }), asked).kind).toBe('goes_on')
    expect(judgeRollout(sight({ controller: { ...controller, available: 1 } }), asked).kind).toBe('goes_on')
  })
  test('that stops is whole when no pod is left', () => {
    const stopped = { ...controller, desired: 0, updated: 0, total: 0, available: 0, ready: 0 }
    expect(judgeRollout(sight({ controller: stopped, pods: [pod('a', { isLeaving: true })] }), { ...asked, isStopped: true }).kind).toBe(
      'goes_on',
    )
    expect(judgeRollout(sight({ controller: stopped, pods: [] }), { ...asked, isStopped: true })).toEqual({ kind: 'there' })
  })
  test('says what a person needs: an image that cannot be pulled, a container that ends, a quota, no room', () => {
    const going = { ...controller, available: 1, ready: 1 }
    const says = (change: Partial<Sight>) => {
      const verdict = judgeRollout(sight({ controller: going, ...change }), asked)
      return verdict.kind === 'goes_on' ? verdict.trouble : null
    }
    const pull = says({
      pods: [pod('a'), waiting('ImagePullBackOff', 'Back-off pulling image "x:1"')],
      events: [{ namespace: 'n', kind: 'Pod', name: 'b', reason: 'Failed', message: 'no such host', at: '1', count: 1 }],
    })
    expect(pull).toMatchObject({ code: 'image_pull', message: 'ImagePullBackOff: Back-off pulling image "x:1" no such host' })
    const last = { reason: 'Error', exitCode: 3, at: null }
    const crashed = { ...container, isReady: false, restarts: 2, last, waiting: { reason: 'CrashLoopBackOff', message: '' } }
    expect(says({ pods: [pod('a'), pod('b', { isReady: false, containers: [crashed] })] })).toMatchObject({
      code: 'crash_loop',
      message: 'CrashLoopBackOff: b was started anew 2 times; it ends with exit code 3.',
      container: { pod: 'b', name: 'main', previous: true },
    })
    const [old, newest] = sight().replicaSets
    const refused = says({ pods: [pod('a')], replicaSets: [old as never, { ...newest, trouble: 'exceeded quota' } as never] })
    expect(refused).toMatchObject({ code: 'pods_refused', message: 'exceeded quota' })
    const homeless = says({ pods: [pod('a'), pod('b', { phase: 'Pending', isReady: false, containers: [], unschedulable: '0/1 nodes' })] })
    expect([homeless?.code, homeless && endsRollout(homeless)]).toEqual(['no_room', false])
  })
  test('has failed when it stands still for too long, by its own word or ours', () => {
    const stuck = { ...controller, available: 1, stuck: 'has timed out progressing' }
    expect(judgeRollout(sight({ controller: stuck }), asked)).toMatchObject({
      kind: 'failed',
      trouble: { message: 'has timed out progressing' },
    })
    const still = sight({ controller: { ...controller, available: 1 } })
    expect(judgeRollout(still, { ...asked, stillMs: 61_000 })).toMatchObject({ kind: 'failed', trouble: { code: 'no_progress' } })
  })
  test('of several is whole when each is: a job that ended well, a set on every node', () => {
    const job: ControllerFacts = { ...controller, kind: 'Job', name: 'once', desired: 1, total: 1, updated: 0, ready: 1, available: 0 }
    const done = { ...job, total: 0, updated: 1, available: 1 }
    const everywhere: ControllerFacts = { ...controller, kind: 'DaemonSet', name: 'each', revision: '4' }
    const of = (one: ControllerFacts, hash = '') => ({ sight: sight({ controller: one, pods: [pod('x', { hash })] }), asked })
    expect(judgeAll([{ sight: sight(), asked }, of(done), of(everywhere, '4')])).toEqual({ kind: 'there' })
    expect(judgeAll([{ sight: sight(), asked }, of(job)])).toMatchObject({ kind: 'goes_on', says: 'once: 0 of 1 have ended well.' })
    expect(judgeAll([{ sight: sight(), asked }, of(everywhere, '3')]).kind).toBe('goes_on')
    const failed = judgeAll([{ sight: sight(), asked }, of({ ...job, stuck: 'BackoffLimitExceeded' })])
    expect(failed).toMatchObject({ kind: 'failed', trouble: { code: 'job_failed', message: 'Job/once failed: BackoffLimitExceeded' } })
  })
})
