import { spawnSync } from 'node:child_process'

/** `npm run model -- [SEQUENCES] [FIRST_SEED]`: the model test as long as you like; 10,000 sequences unless said otherwise. */
const [sequences = '10000', seed = '1'] = process.argv.slice(2)
const args = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'model', 'lib/testing/model/model-']
const { status } = spawnSync(process.execPath, args, {
  stdio: 'inherit',
  env: { ...process.env, MODEL_SEQUENCES: sequences, MODEL_SEED: seed },
})
process.exit(status ?? 1)
