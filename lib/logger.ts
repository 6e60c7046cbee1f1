import pino, { type Logger } from 'pino'
import { env } from '@/lib/env'

const secretKeys = [
  'password',
  'token',
  'secret',
  'authorization',
  'cookie',
  'sessionToken',
  'joinToken',
  'ticket',
  'privateKey',
  'masterKey',
  'connectionString',
]

/** Where a secret may stand in what we log; one level down too, for request headers and job payloads. */
const paths = secretKeys.flatMap((name) => [name, `*.${name}`, `*.*.${name}`])

declare global {
  var tengenLogger: Logger | undefined
}

const root = (): Logger =>
  (globalThis.tengenLogger ??= pino({
    level: env().LOG_LEVEL,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths, censor: '••••••' },
    serializers: { err: pino.stdSerializers.errWithCause, error: pino.stdSerializers.errWithCause },
  }))

/** One JSON line a message on stdout. `part` names who speaks: `gateway.live`, `worker.outbox`. Bound late: a build has no environment. */
export function logger(part: string): Logger {
  let child: Logger | undefined
  return new Proxy({} as Logger, {
    get(_, name) {
      child ??= root().child({ part })
      const value: unknown = Reflect.get(child, name)
      return typeof value === 'function' ? value.bind(child) : value
    },
  })
}
