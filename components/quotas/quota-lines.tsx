'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { useFrame } from '@/components/frame/frame-context'
import { paths } from '@/lib/paths'
import type { QuotaLine } from '@/lib/quotas/amount-views'
import { useAmountWords } from './use-amount-words'

/** What a plan uses of quotas, each sum in a sentence. */
export function useQuotaLines() {
  const t = useTranslations()
  const { say } = useAmountWords()
  return (lines: readonly QuotaLine[]): string[] =>
    lines.map(({ runtimeName, kind, used, asks, limit }) =>
      t('quotas.planLine', {
        runtime: runtimeName,
        kind: t(`quotas.kind.${kind}`),
        before: say(kind, used),
        after: say(kind, used + asks),
        limit: say(kind, limit),
      }),
    )
}

/** What would go beyond them, and the way to ask for it. */
export function OverQuota({ lines }: { lines: readonly QuotaLine[] }) {
  const t = useTranslations()
  const { say } = useAmountWords()
  const org = useFrame()?.frame.organization?.slug
  const [first] = lines
  if (!first) return null
  const lacking = Object.fromEntries(lines.filter((line) => line.runtimeId === first.runtimeId).map((line) => [line.kind, line.asks]))
  return (
    <>
      {lines.map(({ runtimeId, runtimeName, kind, used, asks, limit }) => (
        <span key={`${runtimeId} ${kind}`} className="t2 below">
          {t('quotas.overLine', {
            runtime: runtimeName,
            kind: t(`quotas.kind.${kind}`),
            before: say(kind, used),
            more: say(kind, asks),
            limit: say(kind, limit),
          })}
        </span>
      ))}
      {org ? (
        <span className="below">
          <Link className="u" href={paths.askQuota(org, first.runtimeId, lacking)}>
            {t('quotas.askForIt')}
          </Link>
        </span>
      ) : null}
    </>
  )
}
