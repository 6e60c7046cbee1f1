import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { ZodError } from 'zod'
import { DeniedPage } from '@/components/frame/nothing-here'
import type { PersonActor } from '@/lib/auth/actor'
import { AppError } from '@/lib/errors'
import { logger } from '@/lib/logger'
import { requireActor } from './actor'

const log = logger('web.pages')

type Seen<T> = { ok: true; data: T; actor: PersonActor } | { ok: false; denied: ReactNode }

/** Reads for a page: "not there" and "not yours" are one page; what one may know of but not see says which permission it takes. */
export async function see<T>(query: (actor: PersonActor) => Promise<T>): Promise<Seen<T>> {
  const actor = await requireActor()
  try {
    return { ok: true, data: await query(actor), actor }
  } catch (error) {
    if (error instanceof ZodError) log.error({ err: error }, 'what a page would show is not as its schema says')
    if (!(error instanceof AppError)) throw error
    // An address with a filter that no list knows leads nowhere.
    if (error.code === 'not_found' || error.code === 'invalid') notFound()
    if (error.code !== 'forbidden') throw error
    const { permission = '', needs = [] } = error.details as { permission?: string; needs?: string[] }
    return { ok: false, denied: <DeniedPage permission={permission} people={needs} /> }
  }
}
