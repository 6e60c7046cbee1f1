export const isWildcard = (host: string): boolean => host.startsWith('*.')

/** Whether a name is one of those that a wildcard stands for. */
export const covers = (wildcard: string, host: string): boolean =>
  isWildcard(wildcard) && !isWildcard(host) && host.slice(host.indexOf('.') + 1) === wildcard.slice(2)

/** Two hosts between which a browser’s question could be answered by either. */
export const overlap = (a: string, b: string): boolean => a === b || covers(a, b) || covers(b, a)

/** A name that is asked for to see whether it answers. */
export const askedAs = (host: string): string => (isWildcard(host) ? `tengen-check.${host.slice(2)}` : host)
