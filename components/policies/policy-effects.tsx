'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { useDeployTitle } from '@/components/deploys/deploy-words'
import { Stone } from '@/components/ui/stone'
import { paths } from '@/lib/paths'
import type { PolicyPreview, Stands } from '@/lib/policies/views'
import { usePolicyWords } from './policy-words'

/** What another policy does to what has not started, one line each. */
export function PolicyEffects({ preview, organization }: { preview: PolicyPreview; organization: string }) {
  const t = useTranslations()
  const titleOf = useDeployTitle()
  const { exact } = usePolicyWords()
  const stands = (one: Stands): string =>
    one.kind === 'asks'
      ? t('policies.stands.asks', { missing: one.missing })
      : one.kind === 'waits'
        ? t('policies.stands.waits', { at: exact(one.opensAt) })
        : t('policies.stands.goes')
  return (
    <section className="typed" aria-live="polite">
      <span className="b">{t('policies.effects')}</span>
      {preview.changes.length === 0 ? <p className="t2">{t('policies.noEffects', { count: preview.unchanged })}</p> : null}
      <ul className="plain tight">
        {preview.changes.slice(0, 20).map(({ id, number, title, from, to }) => (
          <li key={id}>
            <Stone shape={to.kind === 'asks' ? 'ask' : 'clock'} tone={to.kind === 'asks' ? 'amber' : 'blue'} />
            <span className="grow">
              <Link className="u mono" href={paths.deploy(organization, number)}>
                #{number}
              </Link>{' '}
              {titleOf(title)} <span className="t2">{t('policies.becomes', { from: stands(from), to: stands(to) })}</span>
            </span>
          </li>
        ))}
      </ul>
      {preview.changes.length > 20 ? <p className="t3 f12">{t('approvals.more', { count: preview.changes.length - 20 })}</p> : null}
      {preview.isTight ? (
        <p className="row">
          <Stone shape="warn" tone="amber" />
          <span>{t('policies.tight', { able: preview.able })}</span>
        </p>
      ) : null}
    </section>
  )
}
