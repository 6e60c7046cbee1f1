import { availableParallelism } from 'node:os'

/**
 * Threads on which the gateway checks and makes signatures. One that wakes where no core is free takes the place of the gateway's own
 * thread: on two cores four of them made the return of thousands of agents a tenth longer than two.
 */
export const gatewayThreads = {
  UV_THREADPOOL_SIZE: process.env.UV_THREADPOOL_SIZE ?? String(Math.min(Math.max(availableParallelism(), 2), 8)),
}
