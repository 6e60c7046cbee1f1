'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { useFrame } from '@/components/frame/frame-context'
import { paths } from '@/lib/paths'
import type { QuotaLine } from '@/lib/quotas/amount-views'
import { useAmountWords } from './use-amount-words'

/** Of what a quota is. */
function usePlace() {
  const t = useTranslations()
  return ({ runtimeName, application }: QuotaLine): string =>
    runtimeName ?? (application === null ? t('quotas.ofOrganization') : t('quotas.ofApplication', { name: application }))
}

/** What a plan uses of quotas, each sum in a sentence. */
export function useQuotaLines() {
  const t = useTranslations()
  const place = usePlace()
  const { say } = useAmountWords()
  return (lines: readonly QuotaLine[]): string[] =>
    lines.map((line) =>
      t('quotas.planLine', {
        runtime: place(line),
        kind: t(`quotas.kind.${line.kind}`),
        before: say(line.kind, line.used),
        after: say(line.kind, line.used + line.asks),
        limit: say(line.kind, line.limit),
      }),
    )
}

/** What would go beyond them, and the way to ask for it. */
export function OverQuota({ lines }: { lines: readonly QuotaLine[] }) {
  const t = useTranslations()
  const place = usePlace()
  const { say } = useAmountWords()
  const org = useFrame()?.frame.organization?.slug
  if (lines.length === 0) return null
  const runtimeId = lines.find((line) => line.runtimeId !== null)?.runtimeId
  const lacking = Object.fromEntries(lines.filter((line) => line.runtimeId === runtimeId).map((line) => [line.kind, line.asks]))
  const isWide = (ofApplication: boolean) => lines.some((line) => line.runtimeId === null && (line.application !== null) === ofApplication)
  return (
    <>
      {lines.map((line) => (
        <span key={`${line.runtimeId} ${line.application} ${line.kind}`} className="t2 below">
          {t('quotas.overLine', {
            runtime: place(line),
            kind: t(`quotas.kind.${line.kind}`),
            before: say(line.kind, line.used),
            more: say(line.kind, line.asks),
            limit: say(line.kind, line.limit),
          })}
        </span>
      ))}
      {isWide(true) ? <span className="t2 below">{t('quotas.adminsLimit')}</span> : null}
      {isWide(false) ? <span className="t2 below">{t('quotas.operatorsLimit')}</span> : null}
      {org && runtimeId ? (
        <span className="below">
          <Link className="u" href={paths.askQuota(org, runtimeId, lacking)}>
            {t('quotas.askForIt')}
          </Link>
        </span>
      ) : null}
    </>
  )
}
