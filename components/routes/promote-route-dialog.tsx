'use client'

import { useTranslations } from 'use-intl'
import { PlanDialog } from '@/components/deploys/plan-dialog'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Table } from '@/components/ui/table'
import type { RoutePromotion, RouteView } from '@/lib/routes/views'
import type { RouteActions } from './route-acts'
import { TlsFields } from './route-fields'
import { Leads } from './route-words'
import { contentOf, draftOf, faultsOf, useRouteDraft } from './use-route-draft'

interface Props {
  route: RouteView
  promotion: RoutePromotion
  actions: RouteActions
  close: () => void
  onAsked: (href: string) => void
}

/** Where it leads in test, for production; how it is served there stays production's. */
export function PromoteRouteDialog({ route, promotion, actions, close, onAsked }: Props) {
  const t = useTranslations()
  const isThere = promotion.production !== null
  const editor = useRouteDraft(draftOf({ ...route, environment: 'production', rules: promotion.test.rules, tls: promotion.tls }))
  const hasCertificate = isThere && promotion.tls.certificate !== null
  const faults = faultsOf(editor.draft, hasCertificate)
  const [first] = Object.values(faults)
  const { organizationSlug: organization, applicationSlug: application, host } = route
  const input = { organization, application, host, tls: contentOf(editor.draft).tls }
  return (
    <PlanDialog
      open
      onClose={close}
      title={t('routes.promoteOf', { host })}
      verb={t('services.act.promote')}
      organizationSlug={organization}
      previewKey={JSON.stringify([input, first])}
      preview={async () =>
        first ? { ok: false, error: { code: 'not_sound', message: t(`faults.${first}`) } } : await actions.previewPromotion(input)
      }
      request={({ reason, ...rest }) => actions.promote({ ...input, ...(reason ? { reason } : {}), ...rest })}
      nameToType={host}
      canWait
      onAsked={onAsked}
    >
      <Table
        inset
        label={t('routes.leads')}
        rows={[promotion]}
        keyOf={() => 'leads'}
        columns={[
          { key: 'now', head: t('promote.now'), cell: ({ production }) => (production ? <Leads rules={production.rules} /> : '–') },
          {
            key: 'after',
            head: (
              <>
                {t('promote.after')} <EnvironmentTag environment="production" quiet />
              </>
            ),
            cell: ({ test }) => <Leads rules={test.rules} />,
          },
        ]}
      />
      <TlsFields
        editor={editor}
        choices={promotion.choices}
        faults={faults}
        upload={promotion.gates.upload}
        hasCertificate={hasCertificate}
      />
    </PlanDialog>
  )
}
