import { createHmac } from 'node:crypto'

/** What a receiver computes over the same: HMAC-SHA256 of time and body, joined by a dot. The time keeps old deliveries from being sent again. */
export const signatureOf = (secret: string, timestamp: string, body: string): string =>
  `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`
