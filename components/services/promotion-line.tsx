'use client'

import { useTranslations } from 'use-intl'
import { useRefusal } from '@/components/frame/use-refusal'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Button } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import type { ServiceView } from '@/lib/services/views'

/** "Test r7 → production r4, 3 ahead": how far production is behind, where a person looks for it. */
export function PromotionLine({ service, onPromote }: { service: ServiceView; onPromote: () => void }) {
  const t = useTranslations()
  const refusal = useRefusal()
  const { test, production, runs, ahead } = service.promotion
  if (!test || !production) return null
  const why = refusal(service.gates.promote)
  return (
    <div className="row wrap promotion">
      <EnvironmentTag environment="test" /> <span className="mono b">r{test.number}</span> <span className="t3">{test.version}</span>
      <Icon name="arrow" size={12} />
      <EnvironmentTag environment="production" /> <span className="mono b">r{production.number}</span>{' '}
      <span className="t3">{production.version}</span>
      <span className="t2">
        {runs === null
          ? t('promote.ownMade')
          : ahead === null || ahead === 0
            ? t('promote.same', { release: `r${runs.number}` })
            : ahead > 0
              ? t('promote.ahead', { release: `r${runs.number}`, count: ahead })
              : t('promote.behind', { release: `r${runs.number}` })}
      </span>
      {ahead === 0 ? null : (
        <Button size="sm" why={why} onClick={onPromote}>
          {t('services.act.promote')}
        </Button>
      )}
    </div>
  )
}

/** Some units run older variables than are in force: said, with the way to bring them there. */
export function OlderVariables({ service, onDeploy }: { service: ServiceView; onDeploy: () => void }) {
  const t = useTranslations()
  const refusal = useRefusal()
  const { older } = service.variables
  if (older.length === 0) return null
  return (
    <div className="row wrap promotion">
      <Icon name="restart" size={14} />
      <span>{t('variables.newer', { count: older.length })}</span>
      <span className="mono t2">{older.join(', ')}</span>
      <Button size="sm" why={refusal(service.gates.configure)} onClick={onDeploy}>
        {t('variables.deployThem')}
      </Button>
    </div>
  )
}
