import type { AuditEntry } from '@/lib/audit/views'

/** A deploy by its number and what it was of; everything else by its name. */
export const doneTo = ({ subject, deploy }: Pick<AuditEntry, 'subject' | 'deploy'>): string =>
  deploy === null ? subject.name : [subject.name === subject.id ? '' : subject.name, `#${deploy}`].filter(Boolean).join(' ')
