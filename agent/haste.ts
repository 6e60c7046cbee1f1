import { setFlagsFromString } from 'node:v8'

/** From here on this machine has units to look after: code that turns out to be very busy is made fast, which `lean-first` forbids. */
export const mayHurry = (): void => setFlagsFromString('--opt')
