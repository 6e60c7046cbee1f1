'use client'

import { useTranslations } from 'use-intl'
import { useRefusal } from '@/components/frame/use-refusal'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Button } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import type { RoutePromotion } from '@/lib/routes/views'

/** "Test r2 → production r1": whether both lead to the same, and the way to it. */
export function RoutePromotionLine({ promotion, onPromote }: { promotion: RoutePromotion; onPromote: () => void }) {
  const t = useTranslations()
  const why = useRefusal()(promotion.gates.promote)
  const { test, production, runs, isSame } = promotion
  return (
    <div className="row wrap promotion">
      <EnvironmentTag environment="test" /> <span className="mono b">r{test.number}</span>
      <Icon name="arrow" size={12} />
      <EnvironmentTag environment="production" /> <span className="mono b">{production ? `r${production.number}` : '–'}</span>
      <span className="t2">
        {production === null ? t('routes.notPromoted') : isSame ? t('routes.leadsSame') : t('routes.leadsOther')}
        {runs === null ? null : ` ${t('routes.cameFrom', { version: `r${runs}` })}`}
      </span>
      {isSame ? null : (
        <Button size="sm" why={why} onClick={onPromote}>
          {t('services.act.promote')}
        </Button>
      )}
    </div>
  )
}
