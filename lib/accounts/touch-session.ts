import type pg from 'pg'
import { clock } from '@/lib/clock'
import { pace } from '@/lib/pace'
import type { Who } from './load-sessions'

/** From where a session is used, and with which browser. */
export interface Device {
  readonly address: string | undefined
  /** The User-Agent header. */
  readonly agent: string | undefined
}

export const deviceData = ({ address, agent }: Device) => ({ address: address?.slice(0, 100) ?? null, agent: agent?.slice(0, 300) ?? null })

const text = `
  update "Session" s set "lastUsedAt" = $2, address = $3, agent = $4,
    expires = least($5::timestamp, s."signedInAt" + $6 * interval '1 millisecond',
                    coalesce((select d.expires from "DemoLink" d where d.id = s."demoLinkId"), 'infinity'))
  where s."sessionToken" = $1 and s.expires > $2`

/** It was used: written down now and then, and with it the time until which nobody has to. */
export async function touchSession(pool: Pick<pg.Pool, 'query'>, who: Who, device: Device): Promise<void> {
  const now = clock.nowMs()
  if (now - who.usedAt < pace('sessionTouch')) return
  const { address, agent } = deviceData(device)
  const times = [new Date(now).toISOString(), address, agent, new Date(now + pace('sessionIdle')).toISOString(), pace('sessionLimit')]
  await pool.query({ name: 'session-touch', text, values: [who.hash, ...times] })
}
