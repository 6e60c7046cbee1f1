import { modelEnv } from '@/lib/env'

export interface ModelSettings {
  readonly sequences: number
  readonly firstSeed: number
  readonly batch: number
}

/** How long the model runs: 300 sequences in `npm test`, as many as asked for by `npm run model -- N [SEED]`. */
export function modelSettings(): ModelSettings {
  const { MODEL_SEQUENCES, MODEL_SEED } = modelEnv()
  return { sequences: MODEL_SEQUENCES, firstSeed: MODEL_SEED, batch: 5 }
}
