import type { Client } from './api/client'
import type { Settings } from './api/settings'
import type { Outcome } from './outcome'

export const text = { type: 'string' } as const
export const flag = { type: 'boolean' } as const
export const list = { type: 'string', multiple: true } as const
export type Option = typeof text | typeof flag | typeof list

export type Values = Readonly<Record<string, string | boolean | string[] | undefined>>

/** What a verb is given: what was typed, and the hub. */
export interface Given {
  readonly args: readonly string[]
  readonly values: Values
  readonly settings: Settings
  readonly client: Client
  /** Lines for a person while it goes on; what comes with data is said to programs as that. */
  readonly tell: (line: string, data?: unknown) => void
}

export interface Verb {
  readonly options: Readonly<Record<string, Option & { short?: string }>>
  /** How many words it takes beside its options. */
  readonly args: readonly [least: number, most: number]
  readonly run: (given: Given) => Promise<Outcome>
}

export const textOf = (value: Values[string]): string | undefined => (typeof value === 'string' ? value : undefined)
export const listOf = (value: Values[string]): readonly string[] => (Array.isArray(value) ? value : [])
