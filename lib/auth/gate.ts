import { AppError, type ErrorCode } from '@/lib/errors'
import type { Gate } from '@/lib/views'
import type { Actor, PersonActor } from './actor'
import { can, type Resource, whyNot } from './authorize'
import type { Permission } from './policy'

/** Why something may not be done now; undefined = it may. The same answer for the button, the action and the API. */
export interface No {
  readonly code: string
  readonly message: string
  readonly error: ErrorCode
  /** What the actor lacks, so that a screen can name those who have it. */
  readonly permission?: Permission
  readonly whoMay?: readonly string[]
  /** What the translated sentence names. */
  readonly values?: Readonly<Record<string, string | number>>
}

export const no = (code: string, message: string, error: ErrorCode = 'conflict'): No => ({ code, message, error })

/** The refusal for want of a permission. */
export function lacks(actor: Actor, permission: Permission, resource: Resource): No | undefined {
  return can(actor, permission, resource)
    ? undefined
    : { code: 'no_permission', message: whyNot(permission, actor), error: 'forbidden', permission }
}

/** Turns a refusal into the error of a use case. */
export function refuse(reason: No | undefined): void {
  if (reason)
    throw new AppError(reason.error, reason.message, {
      reason: reason.code,
      ...(reason.permission ? { permission: reason.permission } : {}),
    })
}

const maxNames = 3

/** The same refusal as a screen shows it; of `people`, those who may are named. */
export function gateOf(reason: No | undefined, people: readonly PersonActor[] = [], resource: Resource = {}): Gate {
  if (!reason) return { allowed: true }
  const { code, message, values, permission } = reason
  const able = permission ? people.filter((person) => can(person, permission, resource)).map((person) => person.name) : []
  const whoMay = (reason.whoMay ?? able).slice(0, maxNames)
  return { allowed: false, code, message, ...(values ? { values: { ...values } } : {}), ...(whoMay.length > 0 ? { whoMay } : {}) }
}
