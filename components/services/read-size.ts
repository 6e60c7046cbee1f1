import { StageSizeSchema } from '@/lib/services/size-views'

/** Null: as the package says. */
export type Read = number | null | 'wrong'

function read(text: string, field: keyof typeof StageSizeSchema.shape, per: number): Read {
  if (text.trim() === '') return null
  const value = /^\s*\d+([.,]\d+)?\s*$/.test(text) ? Number(text.replace(',', '.')) * per : Number.NaN
  const parsed = StageSizeSchema.shape[field].safeParse(Math.round(value * 1000) / 1000)
  return parsed.success ? parsed.data : 'wrong'
}

/** Cores as people write them, with a point or a comma, in thousandths. */
export const readCores = (text: string): Read => read(text, 'cpuMillis', 1000)
export const readMib = (text: string): Read => read(text, 'memoryMib', 1)
