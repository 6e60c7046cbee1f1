import { setFlagsFromString } from 'node:v8'

/**
 * Imported before everything else, for what is loaded once is not given back. An agent waits nearly all its life, on machines that
 * have better use for their memory: what makes code fast is not even touched, until there are units to look after.
 */
setFlagsFromString('--no-opt')
setFlagsFromString('--interrupt-budget=5000000')
