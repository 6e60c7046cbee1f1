'use client'

import { useTranslations } from 'use-intl'
import { PlanDialog } from '@/components/deploys/plan-dialog'
import type { RouteVersion, RouteView } from '@/lib/routes/views'
import type { ServiceChange } from '@/lib/services/views'
import { PromoteRouteDialog } from './promote-route-dialog'
import type { RouteActions } from './route-acts'
import { RouteFields } from './route-fields'
import { contentOf, draftOf, faultsOf, useRouteDraft } from './use-route-draft'

export type AskedOfRoute = { kind: 'change' } | { kind: 'promote' } | { kind: 'remove' } | { kind: 'rollback'; version: RouteVersion }

interface Props {
  route: RouteView
  actions: RouteActions
  asked: AskedOfRoute
  close: () => void
  onAsked: (href: string) => void
}

/** A change, its way back and its removal: each with its plan. */
export function RouteDialog({ asked, ...props }: Props) {
  if (asked.kind === 'change') return <ChangeDialog {...props} />
  if (asked.kind !== 'promote') return <PlainDialog {...props} asked={asked} />
  const { promotion } = props.route
  return promotion ? <PromoteRouteDialog {...props} promotion={promotion} /> : null
}

function ChangeDialog({ route, actions, close, onAsked }: Omit<Props, 'asked'>) {
  const t = useTranslations()
  const editor = useRouteDraft(draftOf(route))
  const hasCertificate = route.tls.certificate !== null
  const faults = faultsOf(editor.draft, hasCertificate)
  const [first] = Object.values(faults)
  const { organizationSlug: organization, applicationSlug: application, environment, host } = route
  const input = { organization, application, environment, host, ...contentOf(editor.draft) }
  return (
    <PlanDialog
      open
      onClose={close}
      title={t('routes.changeOf', { host })}
      verb={t('routes.change')}
      organizationSlug={organization}
      previewKey={JSON.stringify([input, first])}
      preview={async () =>
        first ? { ok: false, error: { code: 'not_sound', message: t(`faults.${first}`) } } : await actions.preview(input)
      }
      request={({ reason, ...rest }) => actions.request({ ...input, ...(reason ? { reason } : {}), ...rest })}
      nameToType={host}
      canWait
      onAsked={onAsked}
    >
      <RouteFields editor={editor} choices={route.choices} faults={faults} upload={route.gates.upload} hasCertificate={hasCertificate} />
    </PlanDialog>
  )
}

function PlainDialog({ route, actions, asked, close, onAsked }: Props & { asked: Exclude<AskedOfRoute, { kind: 'change' | 'promote' }> }) {
  const t = useTranslations()
  const { host, stageId, organizationSlug } = route
  const isRemoval = asked.kind === 'remove'
  const base: ServiceChange = isRemoval ? { stageId, kind: 'remove' } : { stageId, kind: 'rollback', releaseId: asked.version.id }
  return (
    <PlanDialog
      open
      onClose={close}
      title={isRemoval ? t('routes.removeOf', { host }) : t('routes.rollBackOf', { host, release: `r${asked.version.number}` })}
      verb={isRemoval ? t('routes.remove') : t('services.act.rollback')}
      organizationSlug={organizationSlug}
      previewKey={JSON.stringify(base)}
      preview={() => actions.previewChange(base)}
      request={({ reason, ...rest }) => actions.requestChange({ ...base, ...(reason ? { reason } : {}), ...rest })}
      nameToType={host}
      danger={isRemoval}
      canWait
      onAsked={onAsked}
    />
  )
}
