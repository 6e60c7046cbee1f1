export interface CallbackLine {
  readonly at: string
  readonly stream: 'stdout' | 'stderr' | 'agent'
  readonly text: string
}

/** How an in-process driver speaks back (5-model 4). `done` says "no more news", not "good news": the outcome says which. */
export interface TaskCallback {
  log(lines: readonly CallbackLine[]): Promise<void>
  done(outcome: { ok: boolean; code?: string; message?: string }): Promise<void>
  /** The target no longer exists; the record is hidden, never erased. */
  delete(reason: string): Promise<void>
}
