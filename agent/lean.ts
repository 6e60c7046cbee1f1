import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import * as z from 'zod'

/** Schemas are read as they are instead of being made into functions. */
z.config({ jitless: true })

const settledMs = 20_000

/** What starting has left behind is given back once, when it is over. Nothing would ask for it on a machine at rest. */
export function giveBackLater(): void {
  setTimeout(() => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    collect()
  }, settledMs).unref()
}
