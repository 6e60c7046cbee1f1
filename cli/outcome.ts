/** What a verb has to say: lines for people, an object for programs. */
export type Outcome = { code: 0 | 1; lines: string[]; json: object }

/** Wrong use: told with the way to the help. */
export class UsageError extends Error {}

export const failed = (message: string, more: object = {}): Outcome => ({
  code: 1,
  lines: [message],
  json: { ok: false, message, ...more },
})
