/** How a command ended, for scripts that decide by it. The help says the same. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  signIn: 3,
  waiting: 4,
  deployFailed: 5,
  notDone: 6,
  timeout: 7,
} as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** What a verb has to say: lines for people, an object for programs. */
export type Outcome = { code: ExitCode; lines: string[]; json: unknown }

/** Wrong use: told with the way to the help. */
export class UsageError extends Error {}

/** A failure that the caller may read: what happened, and what next. */
export class CliError extends Error {
  constructor(
    message: string,
    readonly next: string | undefined,
    readonly exitCode: ExitCode = exitCodes.failed,
    readonly details: unknown = undefined,
  ) {
    super(message)
  }
}

export const failed = (message: string, more: object = {}): Outcome => ({
  code: 1,
  lines: [message],
  json: { ok: false, message, ...more },
})

export const done = (lines: string[], json: unknown): Outcome => ({ code: exitCodes.done, lines, json })
