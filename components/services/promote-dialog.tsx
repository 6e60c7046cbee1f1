'use client'

import Link from 'next/link'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { PlanDialog } from '@/components/deploys/plan-dialog'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Field } from '@/components/ui/field'
import { Icon } from '@/components/ui/icon'
import { Notice } from '@/components/ui/notice'
import { Table } from '@/components/ui/table'
import type { ReleaseRef } from '@/lib/deploys/release-views'
import { paths } from '@/lib/paths'
import type { PromotionView, ServiceChange, ServiceView } from '@/lib/services/views'
import { FieldControl } from './field-control'
import { lackingSecrets, promotionRows } from './promotion-rows'
import type { ServiceActions } from './service-acts'

const Release = ({ release }: { release: ReleaseRef | null }) =>
  release ? (
    <>
      <span className="mono b">r{release.number}</span> <span className="t3">{release.version}</span>
    </>
  ) : (
    '–'
  )

/** From which release of test to which of production, and what differs between them. */
export function PromotionDiff({ promotion }: { promotion: PromotionView }) {
  const t = useTranslations()
  const rows = promotionRows(promotion)
  return (
    <>
      <p className="row wrap">
        <EnvironmentTag environment="test" /> <Release release={promotion.test} />
        <Icon name="arrow" size={12} />
        <EnvironmentTag environment="production" /> <Release release={promotion.production} />
      </p>
      {rows.length === 0 ? (
        <p className="t3">{t('promote.sameValues')}</p>
      ) : (
        <Table
          inset
          label={t('promote.values')}
          rows={rows}
          keyOf={(row) => row.key}
          columns={[
            {
              key: 'field',
              head: t('services.field'),
              cell: (row) => (
                <>
                  <span className="b">{row.title}</span> {row.isOwn ? <span className="tag">{t('config.onlyHere')}</span> : null}
                </>
              ),
            },
            { key: 'test', head: t('environment.test'), wide: true, cell: (row) => <span className="mono t2 brk">{row.test}</span> },
            { key: 'now', head: t('promote.now'), cell: (row) => <span className="mono t2 brk">{row.now}</span> },
            {
              key: 'after',
              head: t('promote.after'),
              cell: (row) => <span className={row.isChanged ? 'mono b brk' : 'mono t3 brk'}>{row.after}</span>,
            },
          ]}
        />
      )}
    </>
  )
}

function MissingVariables({ service }: { service: ServiceView }) {
  const t = useTranslations()
  const { missingVariables: missing } = service.promotion
  if (missing.length === 0) return null
  return (
    <Notice
      tone="amber"
      title={t('promote.missingVariables', { count: missing.length, names: missing.join(', ') })}
      acts={
        <Link className="u" href={paths.variables(service.organizationSlug, service.applicationSlug)}>
          {t('variables.open')}
        </Link>
      }
    />
  )
}

interface Props {
  service: ServiceView
  actions: ServiceActions
  close: () => void
  onAsked: (href: string) => void
}

/** What runs in test, onto production's own placements: shown whole before anybody is asked. */
export function PromoteDialog({ service, actions, close, onAsked }: Props) {
  const t = useTranslations()
  // The page's news must not change what is being decided.
  const [promotion] = useState(service.promotion)
  const [secrets, setSecrets] = useState<Record<string, string>>({})
  const lacking = lackingSecrets(promotion)
  const given = Object.fromEntries(Object.entries(secrets).filter(([, value]) => value !== ''))
  const base: ServiceChange = {
    stageId: promotion.stageId ?? '',
    kind: 'promote',
    ...(promotion.test ? { releaseId: promotion.test.id } : {}),
    secrets: given,
  }
  return (
    <PlanDialog
      open
      onClose={close}
      title={t('services.ask.promote', { name: service.name })}
      verb={t('services.act.promote')}
      organizationSlug={service.organizationSlug}
      previewKey={JSON.stringify(base)}
      preview={() => actions.preview(base)}
      request={({ reason, ...rest }) => actions.request({ ...base, ...(reason ? { reason } : {}), ...rest })}
      nameToType={service.name}
      canWait
      onAsked={onAsked}
    >
      <PromotionDiff promotion={promotion} />
      <MissingVariables service={service} />
      {lacking.map((field) => (
        <Field key={field.key} id={`secret-${field.key}`} label={field.title} name={`config.${field.key}`} help={t('promote.secretHelp')}>
          <FieldControl
            field={field}
            id={`secret-${field.key}`}
            value={secrets[field.key]}
            onChange={(value) => setSecrets({ ...secrets, [field.key]: String(value ?? '') })}
            onBlur={() => undefined}
            bad={false}
            describedBy={`secret-${field.key}-help`}
          />
        </Field>
      ))}
    </PlanDialog>
  )
}
