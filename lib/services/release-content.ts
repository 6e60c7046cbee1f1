import { z } from 'zod'
import { secretIdOf } from './load-releases'

type Values = Record<string, unknown>

/** What the JSON columns of a release hold. */
export const valuesIn = (stored: unknown): Values => (stored ?? {}) as Values
export const variablesIn = (stored: unknown): string[] => z.array(z.string()).parse(stored ?? [])

export const secretsIn = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => secretIdOf(value) !== undefined))

export const withoutSecrets = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => secretIdOf(value) === undefined))
