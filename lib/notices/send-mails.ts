import nodemailer from 'nodemailer'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import type { Notice } from '@/lib/db/generated/client'
import { env } from '@/lib/env'
import { groupBy } from '@/lib/group-by'
import { logger } from '@/lib/logger'
import { pace } from '@/lib/pace'
import { publicUrl } from './public-url'
import { sendAgainMs } from './send-again'
import { writeMail } from './write-mail'

const log = logger('mail')
/** So many mails to one person within `mailFlood`; what follows goes as one. */
const fewMails = 5
const mostTries = 20

type Transport = ReturnType<typeof nodemailer.createTransport>
let open: { url: string; transport: Transport } | undefined

function transportOf(url: string): Transport {
  if (open?.url !== url) {
    open?.transport.close()
    const limits = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 }
    open = { url, transport: nodemailer.createTransport({ url, ...limits } as never) }
  }
  return open.transport
}

/**
 * Sends what is due, a mail a person: one notice, or all that are due together. Which go together is written down before it is sent,
 * and is the mail's Message-ID: after a crash the same mail goes again, and programs show it once.
 */
export async function sendMails(): Promise<number> {
  const { SMTP_URL } = env()
  if (!SMTP_URL) return 0
  const due = await db.notice.findMany({
    where: { mailDueAt: { lte: clock.now() }, mailedAt: null },
    orderBy: [{ at: 'asc' }, { id: 'asc' }],
    take: 500,
  })
  let sent = 0
  for (const [userId, notices] of groupBy(due, (notice) => notice.userId)) {
    for (const mail of await mailsOf(userId, notices)) {
      const went = await sendOne(userId, mail, transportOf(SMTP_URL))
      // Where the server itself is not there, the others need not wait for it one by one.
      if (went === 'away') return sent
      if (went === 'sent') sent += 1
    }
  }
  return sent
}

/** Mails that were begun go as they were; the rest goes together, unless this person has just had several. */
async function mailsOf(userId: string, notices: readonly Notice[]): Promise<Notice[][]> {
  const begun = groupBy(
    notices.filter((notice) => notice.mailId !== null),
    (notice) => notice.mailId as string,
  )
  const fresh = notices.filter((notice) => notice.mailId === null)
  const [first] = fresh
  if (!first) return [...begun.values()]
  const since = new Date(clock.nowMs() - pace('mailFlood'))
  const recent = await db.notice.findMany({
    where: { userId, mailedAt: { gt: since } },
    distinct: ['mailId'],
    select: { mailedAt: true },
    orderBy: { mailedAt: 'asc' },
  })
  const ids = fresh.map((notice) => notice.id)
  const oldest = recent[0]?.mailedAt
  if (recent.length >= fewMails && oldest) {
    await db.notice.updateMany({ where: { id: { in: ids } }, data: { mailDueAt: new Date(oldest.getTime() + pace('mailFlood')) } })
    return [...begun.values()]
  }
  await db.notice.updateMany({ where: { id: { in: ids } }, data: { mailId: first.id } })
  return [...begun.values(), fresh.map((notice) => ({ ...notice, mailId: first.id }))]
}

type Went = 'sent' | 'kept' | 'away'

async function sendOne(userId: string, notices: Notice[], transport: Transport): Promise<Went> {
  const [first] = notices
  const user = await db.user.findUnique({ where: { id: userId } })
  const where = { id: { in: notices.map((notice) => notice.id) } }
  if (!first || !user || user.blockedAt) {
    await db.notice.updateMany({ where, data: { mailDueAt: null, mailError: 'blocked' } })
    return 'kept'
  }
  try {
    await transport.sendMail({
      ...writeMail(notices, user.locale),
      from: env().MAIL_FROM,
      to: user.email,
      messageId: `<${first.mailId}@${new URL(publicUrl('/')).hostname}>`,
      headers: { 'Auto-Submitted': 'auto-generated' },
    })
    await db.notice.updateMany({ where, data: { mailedAt: clock.now(), mailError: null } })
    return 'sent'
  } catch (error) {
    const failure = error as Error & { responseCode?: number }
    await putOff(first, where, failure)
    return failure.responseCode === undefined ? 'away' : 'kept'
  }
}

/** A server that says that it never will (5xx) is believed; all else is tried again. */
async function putOff({ mailTries }: Notice, where: { id: { in: string[] } }, error: Error & { responseCode?: number }): Promise<void> {
  const tries = mailTries + 1
  const isOver = tries >= mostTries || (error.responseCode !== undefined && error.responseCode >= 500)
  log.warn({ err: error.message, tries, isOver }, 'a mail did not go')
  const mailDueAt = isOver ? null : new Date(clock.nowMs() + sendAgainMs(tries))
  await db.notice.updateMany({ where, data: { mailTries: tries, mailDueAt, mailError: error.message.slice(0, 300) } })
}

export function closeMail(): void {
  open?.transport.close()
  open = undefined
}
