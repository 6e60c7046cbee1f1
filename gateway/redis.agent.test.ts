import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeBus } from '@/lib/bus/bus'
import { requestDeploy } from '@/lib/deploys/request-deploy'
import { type RedisServer, startRedis } from '@/lib/testing/redis-server'
import { Stack } from '@/lib/testing/stack'

let redis: RedisServer
let stack: Stack
beforeAll(async () => {
  redis = await startRedis()
  stack = await Stack.start({ redisUrl: redis.url })
}, 60_000)
afterAll(async () => {
  await stack.stop()
  await closeBus()
  await redis.stop()
})

test('with queue and bus on Redis the same path is true, also when the worker is killed in the middle', async () => {
  const { recordId, stageId } = await stack.install('on-redis', 'greeter', '1.4.0', 3, { message: 'from redis' })
  await stack.ended(recordId)
  expect(await stack.answers(stageId)).toEqual(['from redis\n', 'from redis\n', 'from redis\n'])
  const { recordId: second } = await requestDeploy(await stack.person('mei'), { stageId, kind: 'configure', values: { message: 'again' } })
  await stack.approve(second)
  await stack.worker.kill()
  await stack.worker.start()
  await stack.ended(second)
  expect(await stack.answers(stageId)).toEqual(['again\n', 'again\n', 'again\n'])
}, 45_000)
