'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { PlanDialog } from '@/components/deploys/plan-dialog'
import { ListPage } from '@/components/frame/list-page'
import { useLeaveGuard } from '@/components/services/use-leave-guard'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Notice } from '@/components/ui/notice'
import { Section } from '@/components/ui/section'
import { Segmented } from '@/components/ui/segmented'
import { Stone } from '@/components/ui/stone'
import { paths } from '@/lib/paths'
import type { NewRouteView } from '@/lib/routes/views'
import type { NewRouteActions } from './route-acts'
import { RouteFields } from './route-fields'
import { contentOf, faultsOf, newDraft, useRouteDraft } from './use-route-draft'

interface Props {
  view: NewRouteView
  actions: NewRouteActions
}

/** A host, where its paths lead, how it is served: then the plan of it, and the request. */
export function NewRoutePage({ view, actions }: Props) {
  const t = useTranslations()
  const editor = useRouteDraft(newDraft('test', view.test))
  const [tried, setTried] = useState(false)
  const [isReviewing, setReviewing] = useState(false)
  const { draft, change } = editor
  const choices = view[draft.environment]
  const found = faultsOf(draft, false)
  const faults = tried ? found : {}
  const [first] = Object.values(faults)
  const { organizationSlug: organization, applicationSlug: application } = view
  const host = draft.host.trim().toLowerCase()
  const place = { organization, application, environment: draft.environment, host }
  const upload = draft.environment === 'production' ? view.gates.uploadProduction : view.gates.uploadTest
  const router = useRouter()
  const [isDone, setDone] = useState(false)
  useLeaveGuard((draft.host !== '' || draft.chain !== '') && !isDone)
  const review = () => {
    setTried(true)
    if (Object.keys(found).length === 0) setReviewing(true)
  }
  return (
    <ListPage
      title={t('routes.new')}
      organizationSlug={organization}
      applicationSlug={application}
      above={{ label: t('routes.title'), href: paths.routes(organization, application) }}
      sub={t('routes.newSub')}
    >
      <Section first title={t('routes.what')}>
        {choices.backends.some((one) => one.ports.length > 0) ? null : (
          <Notice tone="amber" title={t('routes.nowhere', { environment: t(`environment.${draft.environment}`) })}>
            {t('routes.nowhereHelp')}
          </Notice>
        )}
        <Field id="host" label={t('routes.host')} help={t('routes.hostHelp')} error={faults.host ? t('faults.host_rule') : undefined}>
          <Input
            id="host"
            boxClass="mono"
            placeholder="shop.example.org"
            bad={'host' in faults}
            value={draft.host}
            onChange={(event) => change({ host: event.target.value })}
          />
        </Field>
        <Field id="environment" label={t('environment.label')} help={t('routes.environmentHelp')}>
          <Segmented
            label={t('environment.label')}
            value={draft.environment}
            onChange={(environment) => change({ ...newDraft(environment, view[environment]), host: draft.host, tls: draft.tls })}
            options={(['test', 'production'] as const).map((value) => ({ value, label: t(`environment.${value}`) }))}
          />
        </Field>
        <RouteFields editor={editor} choices={choices} faults={faults} upload={upload} hasCertificate={false} />
      </Section>
      <div className="dock">
        {first ? (
          <span className="st red" role="alert">
            <Stone shape="bad" />
            {t(`faults.${first}`)}
          </span>
        ) : null}
        <span className="grow" />
        <Button tone="primary" onClick={review}>
          {t('routes.review')}
        </Button>
      </div>
      {isReviewing ? (
        <PlanDialog
          open
          onClose={() => setReviewing(false)}
          title={t('routes.reviewOf', { host })}
          verb={t('routes.make')}
          organizationSlug={organization}
          previewKey={JSON.stringify([place, contentOf(draft)])}
          preview={() => actions.preview({ ...place, ...contentOf(draft) })}
          request={({ reason, ...rest }) => actions.request({ ...place, ...contentOf(draft), ...(reason ? { reason } : {}), ...rest })}
          nameToType={host}
          canWait
          onAsked={(href) => {
            setDone(true)
            router.push(href)
          }}
        />
      ) : null}
    </ListPage>
  )
}
