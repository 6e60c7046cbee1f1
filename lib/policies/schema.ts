import { z } from 'zod'
import { approvalFloor } from '@/lib/deploys/approval-policy'
import type { Environment } from '@/lib/views'
import { isZone } from './zoned'

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof weekdays)[number]

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is a time such as 09:00')

/** Hours of a week in which changes may start, by the clocks of a place. Ends before it begins = on the next day. */
export const ChangeWindowSchema = z
  .object({
    days: z
      .array(z.enum(weekdays))
      .min(1, 'needs a day')
      .max(7)
      .refine((days) => new Set(days).size === days.length, 'names a day twice'),
    from: timeOfDay,
    to: z.union([timeOfDay, z.literal('24:00')], 'is a time such as 17:00'),
    zone: z.string().max(64).refine(isZone, 'is no time zone such as Europe/Berlin'),
  })
  .refine(({ from, to }) => from !== to, { path: ['to'], message: 'is when it begins: such a window never opens' })
export type ChangeWindow = z.infer<typeof ChangeWindowSchema>

const longestFreezeMs = 366 * 24 * 3_600_000

/** Nothing starts meanwhile. */
export const FreezeSchema = z
  .object({ from: z.iso.datetime(), to: z.iso.datetime(), reason: z.string().trim().min(3, 'needs a reason').max(200) })
  .refine(({ from, to }) => from < to, { path: ['to'], message: 'is before it begins' })
  .refine(({ from, to }) => Date.parse(to) - Date.parse(from) <= longestFreezeMs, { path: ['to'], message: 'is more than a year later' })
export type Freeze = z.infer<typeof FreezeSchema>

export const approverRoles = ['admin', 'owner'] as const
export type ApproverRole = (typeof approverRoles)[number]

/** The longest that people may decide, and what lib/pace.ts calls undecided. */
export const mostExpiryHours = 72

/** What an environment asks of changes before they start. */
export const PolicyRulesSchema = z.object({
  approvals: z.int().min(0).max(10),
  /** Whose approval counts, among those that may approve at all. */
  roles: z
    .array(z.enum(approverRoles))
    .min(1, 'needs a role')
    .max(2)
    .transform((roles) => approverRoles.filter((role) => roles.includes(role))),
  windows: z.array(ChangeWindowSchema).max(20),
  freezes: z.array(FreezeSchema).max(50),
  /** How long people may decide; null = 72. */
  expiryHours: z.int().min(1).max(mostExpiryHours).nullable(),
})
export type PolicyRules = z.infer<typeof PolicyRulesSchema>

/** The rules with the version in which they were set; 0 = nobody has set any, and the platform's floor holds. */
export type PolicyInForce = PolicyRules & { readonly version: number }

export const floorRules = (environment: Environment): PolicyInForce => ({
  approvals: approvalFloor[environment],
  roles: [...approverRoles],
  windows: [],
  freezes: [],
  expiryHours: null,
  version: 0,
})

/** The platform's own changes: nobody stands above those who make them. */
export const noRules: PolicyInForce = { ...floorRules('test'), approvals: 0 }

/** What may run for a service without a person, and how much of it at once. */
export const standingKinds = ['repair', 'relate', 'failover', 'migrate'] as const
export const StandingRulesSchema = z.object({
  kinds: z.array(z.enum(standingKinds)).transform((kinds) => standingKinds.filter((kind) => kinds.includes(kind))),
  /** A record that touches more units asks a person. */
  maxUnits: z.int().min(1).max(10_000),
})
export type StandingRules = z.infer<typeof StandingRulesSchema>
