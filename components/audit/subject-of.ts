import type { AuditEntry } from '@/lib/audit/views'

/** The names by which events say what they were done to, the best first. */
const namesIn = ['name', 'service', 'unit', 'group', 'key', 'what'] as const

/** What it was done to, as people call it; else its id. */
export function subjectOf({ subject, deploy, data }: Pick<AuditEntry, 'subject' | 'deploy' | 'data'>): string {
  if (deploy !== null) return [typeof data.service === 'string' ? data.service : '', `#${deploy}`].filter(Boolean).join(' ')
  const name = namesIn.map((key) => data[key]).find((value) => typeof value === 'string' && value !== '')
  return typeof name === 'string' ? name : subject.id
}
