/** The names by which events say what they were done to, the best first. */
const namesIn = [
  'name',
  'service',
  'unit',
  'group',
  'key',
  'what',
  'email',
  'webhook',
  'application',
  'who',
  'slug',
  'environment',
] as const

/** What an event was done to, as people call it; undefined = its id has to do. */
export function nameIn(data: Readonly<Record<string, unknown>>): string | undefined {
  return namesIn.map((key) => data[key]).find((value): value is string => typeof value === 'string' && value !== '')
}
