import { type InitCode, type InitSaid, initText } from '@/lib/protocol/init-words'
import { AgentFailure } from './failure'

const mostSigns = 1000

export const found = (code: InitCode, values: InitSaid['values'] = {}): InitSaid => ({
  code,
  values: Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? value.slice(0, mostSigns) : value]),
  ),
})

/** A policy that is not met, with what there is, what was asked, and what a program printed, if one did. */
export function no(code: InitCode, values: InitSaid['values'] = {}, lastLines?: string[]): never {
  const said = found(code, values)
  throw new AgentFailure('init_failed', initText(said), { said, ...(lastLines ? { lastLines } : {}) })
}
