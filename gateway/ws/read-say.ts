import { type TerminalSay, TerminalSaySchema } from '@/lib/terminals/views'

/** What a browser said; undefined = nothing that we understand. */
export function readSay(data: unknown): TerminalSay | undefined {
  try {
    return TerminalSaySchema.parse(JSON.parse(String(data)))
  } catch {
    return undefined
  }
}
