import { z } from 'zod'

const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?'
const pattern = new RegExp(`^(\\*\\.)?(${label}\\.)+${label}$`)

/** As browsers ask for it. A name with a dot: services have none in theirs. `*.` at its beginning stands for exactly one label. */
export const HostSchema = z
  .string()
  .trim()
  .toLowerCase()
  .max(200)
  .regex(pattern, 'Use a host name such as shop.example.org, or *.example.org for all names below it.')
  .refine((host) => !/^[\d.]+$/.test(host), 'Use a host name, not an address.')

export const isWildcard = (host: string): boolean => host.startsWith('*.')

/** Whether a name is one of those that a wildcard stands for. */
export const covers = (wildcard: string, host: string): boolean =>
  isWildcard(wildcard) && !isWildcard(host) && host.slice(host.indexOf('.') + 1) === wildcard.slice(2)

/** Two hosts between which a browser’s question could be answered by either. */
export const overlap = (a: string, b: string): boolean => a === b || covers(a, b) || covers(b, a)

/** A name that is asked for to see whether it answers. */
export const askedAs = (host: string): string => (isWildcard(host) ? `tengen-check.${host.slice(2)}` : host)
