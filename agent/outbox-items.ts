import type { NewsItem } from '@/lib/protocol/news'

/**
 * How far a run's output had been read when this item was written, and which start of it; private to the agent, never sent.
 * `isLeft`: what a run had still printed that was over when this agent found it.
 */
export type RunOffsets = { runId: string; start?: string | undefined; stdout: number; stderr: number; isLeft?: boolean }
export type Stored = NewsItem & { run?: RunOffsets }
export type Header = { nextSeq: number; tasks: Record<string, TaskCount>; runs: Record<string, RunOffsets> }
export type TaskCount = { seq: number; isDone: boolean }
/** `line` is kept in memory as well while there is little of it: most news is sent at once. */
export type Place = { seq: number; offset: number; length: number; task: string | undefined; isLog: boolean; line?: string }
export type Waiting = { line: string; place: Pick<Place, 'seq' | 'task' | 'isLog'>; written: (isOnDisk: boolean) => void }

/** Without what its run had left to say; it keeps its numbers, so that nothing seems to be missing. */
export const withoutLeft = (item: Stored): Stored =>
  item.run?.isLeft && 'callback' in item && item.callback.log ? { ...item, callback: { ...item.callback, log: [] } } : item
