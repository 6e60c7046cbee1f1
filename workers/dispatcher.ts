import { subscribe } from '@/lib/bus/bus'
import { logger } from '@/lib/logger'
import { pace } from '@/lib/pace'
import { dispatchOutbox, queueName } from '@/lib/queue/dispatch-outbox'
import { makeQueue } from '@/lib/queue/make-queue'

const log = logger('worker.dispatcher')

/** Moves outbox rows to the queue: woken by the bus, and by a poll that heals what the bus lost. */
export function startDispatcher(): { stop(): Promise<void> } {
  const queue = makeQueue<object>(queueName)
  let running: Promise<void> | undefined
  let again = false
  const pass = async (): Promise<void> => {
    do {
      again = false
      while ((await dispatchOutbox(queue)) > 0) again = false
    } while (again)
  }
  const wake = (): void => {
    if (running) {
      again = true
      return
    }
    running = pass()
      .catch((error: unknown) => log.warn({ err: error }, 'the outbox waits'))
      .finally(() => {
        running = undefined
      })
  }
  const unsubscribe = subscribe('outbox', wake)
  const timer = setInterval(wake, pace('outboxPoll'))
  wake()
  return {
    async stop() {
      unsubscribe()
      clearInterval(timer)
      await running
    },
  }
}
