'use client'

import { useTranslations } from 'use-intl'
import { useEventWords } from '@/components/events/event-list'
import { Ago } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { KeyValues } from '@/components/ui/facts'
import type { AuditEntry } from '@/lib/audit/views'
import { paths } from '@/lib/paths'
import { changesOf } from './changes-of'
import { doneTo } from './done-to'

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** Everything that is known of one event. */
export function EntryDialog({ entry, organization, close }: { entry: AuditEntry; organization: string | undefined; close: () => void }) {
  const t = useTranslations()
  const wordsOf = useEventWords()
  const { changes, rest } = changesOf(entry.data)
  const { deploy } = entry
  return (
    <Dialog wide open onClose={close} title={wordsOf(entry)} footer={<Button onClick={close}>{t('ui.close')}</Button>}>
      <KeyValues
        rows={[
          [t('audit.at'), <Ago key="at" at={entry.at} />],
          [t('audit.who'), entry.actor.name],
          [
            t('audit.onWhat'),
            deploy !== null && organization ? (
              <a key="deploy" className="u" href={paths.deploy(organization, deploy)}>
                {doneTo(entry)}
              </a>
            ) : (
              doneTo(entry)
            ),
          ],
          ...changes.map(
            ({ field, before, after }) =>
              [
                field,
                <span key={field} className="mono f12">
                  <s className="t3">{before === undefined || before === null ? t('audit.nothing') : shown(before)}</s> →{' '}
                  {after === undefined || after === null ? t('audit.nothing') : shown(after)}
                </span>,
              ] as const,
          ),
          ...rest.map(
            ([key, value]) =>
              [
                key,
                <span key={key} className="mono f12 break-all">
                  {shown(value)}
                </span>,
              ] as const,
          ),
          entry.address
            ? [
                t('audit.from'),
                <span key="from" className="mono f12">
                  {entry.address}
                </span>,
              ]
            : null,
          entry.requestId
            ? [
                t('audit.request'),
                <span key="request" className="mono f12">
                  {entry.requestId}
                </span>,
              ]
            : null,
          [
            t('audit.seal'),
            <span key="seal" className="t2">
              {t(entry.sealed ? 'audit.sealed' : 'audit.waits')}
            </span>,
          ],
        ]}
      />
    </Dialog>
  )
}
