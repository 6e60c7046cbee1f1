'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { useFirstApplication, useOrganizationName } from '@/components/frame/frame-context'
import { Page } from '@/components/frame/page'
import { PageHead } from '@/components/frame/page-head'
import { useRefusal } from '@/components/frame/use-refusal'
import { fieldsOf } from '@/components/services/schema-fields'
import { Badge, Status } from '@/components/status/status'
import { Ago } from '@/components/ui/ago'
import { Button, ButtonLink } from '@/components/ui/button'
import { KeyValues } from '@/components/ui/facts'
import { HashMark } from '@/components/ui/hash-mark'
import { RailSection, Section } from '@/components/ui/section'
import { cores, formatBytes, formatMib } from '@/components/ui/sizes'
import { Table } from '@/components/ui/table'
import type { PackageView } from '@/lib/catalog/views'
import { paths } from '@/lib/paths'

interface Props {
  view: PackageView
  organizationSlug: string
}

type Shown = NonNullable<PackageView['shown']>

function Versions({ view }: { view: PackageView }) {
  const t = useTranslations()
  return (
    <Section first title={t('catalog.versions')} hint={t('catalog.versionsHint')}>
      <Table
        inset
        label={t('catalog.versions')}
        rows={view.versions}
        findBy={(one) => one.version}
        keyOf={(version) => version.id}
        columns={[
          { key: 'version', head: t('services.version'), cell: (one) => <span className="mono b">{one.version}</span> },
          { key: 'state', head: t('services.state'), cell: (one) => <Status noun="package" state={one.state} /> },
          { key: 'digest', head: t('catalog.digest'), wide: true, cell: (one) => <HashMark hash={one.digest} /> },
          {
            key: 'size',
            head: t('catalog.size'),
            wide: true,
            right: true,
            cell: (one) => <span className="t2 num">{formatBytes(one.sizeBytes)}</span>,
          },
          {
            key: 'by',
            head: t('deploys.by'),
            wide: true,
            cell: (one) => <span className="t2">{one.createdBy?.name ?? t('nav.platform')}</span>,
          },
          {
            key: 'used',
            head: t('catalog.usedBy'),
            wide: true,
            cell: (one) => <span className="t2">{t('catalog.services', { count: one.usedBy })}</span>,
          },
          { key: 'at', head: t('catalog.published'), right: true, cell: (one) => <Ago at={one.createdAt} className="t3 num" /> },
        ]}
      />
    </Section>
  )
}

function Configuration({ shown }: { shown: Shown }) {
  const t = useTranslations()
  const fields = fieldsOf(shown.schema)
  if (fields.length === 0) return null
  return (
    <Section title={t('services.configuration')} hint={shown.version}>
      <Table
        inset
        label={t('services.configuration')}
        rows={fields}
        keyOf={(field) => field.key}
        columns={[
          {
            key: 'name',
            head: t('services.field'),
            cell: (field) => (
              <>
                <span className="b">{field.title}</span> <span className="mono t3">{field.key}</span>
              </>
            ),
          },
          { key: 'what', head: t('catalog.description'), wide: true, cell: (field) => <span className="t2 brk">{field.description}</span> },
          {
            key: 'default',
            head: t('config.defaultValue'),
            cell: (field) => (
              <span className="mono">
                {field.default === undefined ? '–' : typeof field.default === 'string' ? field.default : JSON.stringify(field.default)}
                {field.default !== undefined && field.unit ? ` ${field.unit}` : ''}
              </span>
            ),
          },
          {
            key: 'apply',
            head: t('services.onChange'),
            wide: true,
            cell: (field) => <span className="t3">{t(`config.apply.${field.apply}`)}</span>,
          },
        ]}
      />
    </Section>
  )
}

function Components({ shown }: { shown: Shown }) {
  const t = useTranslations()
  return shown.components.map((component) => (
    <RailSection key={component.name} title={component.name} end={component.mode}>
      <KeyValues
        rows={[
          [
            t('services.reserves'),
            `${t('services.cores', { n: cores(component.cpuMillis) })}, ${formatMib(component.memoryMib)}, ${formatMib(component.diskMib)}`,
          ],
          component.lease ? [t('catalog.lease'), t('catalog.leaseSays')] : null,
          component.ports.length > 0
            ? [t('catalog.ports'), component.ports.map((port) => `${port.name} ${port.default ?? ''}`).join(', ')]
            : null,
          component.hooks.length > 0 ? [t('catalog.hooks'), component.hooks.map((hook) => hook.name).join(', ')] : null,
          component.data.length > 0
            ? [t('catalog.data'), component.data.map((one) => `${one.path}${one.keep ? '' : ` (${t('catalog.notKept')})`}`).join(', ')]
            : null,
          component.provides.length > 0
            ? [t('catalog.provides'), component.provides.map((one) => `${one.name} (${one.interface})`).join(', ')]
            : null,
          component.requires.length > 0
            ? [t('catalog.requires'), component.requires.map((one) => `${one.name} (${one.interface})`).join(', ')]
            : null,
        ]}
      />
    </RailSection>
  ))
}

export function PackagePage({ view, organizationSlug: org }: Props) {
  const app = useFirstApplication()
  const t = useTranslations()
  const why = useRefusal()(view.use)
  const organizationName = useOrganizationName(org)
  return (
    <Page
      crumb={[
        { label: organizationName, href: paths.organization(org) },
        { label: t('nav.catalogue'), href: paths.catalogue(org) },
        { label: view.name },
      ]}
    >
      <PageHead
        title={view.title}
        marks={<Badge noun="package" state={view.state} />}
        sub={
          <>
            {view.summary} <span className="t3">{view.publisher ?? t('nav.platform')}</span>
          </>
        }
        acts={
          why || !app ? (
            <Button tone="primary" icon="plus" why={why ?? t('refusals.forbidden')}>
              {t('services.new')}
            </Button>
          ) : (
            <ButtonLink tone="primary" icon="plus" href={paths.newService(org, app, view.name)}>
              {t('services.new')}
            </ButtonLink>
          )
        }
      />
      <div className="cols">
        <div>
          <Versions view={view} />
          {view.shown ? <Configuration shown={view.shown} /> : null}
        </div>
        <aside className="rail">
          {view.shown ? <Components shown={view.shown} /> : null}
          <RailSection title={t('catalog.usedBy')} end={view.services.length}>
            {view.services.length === 0 ? <p className="t3">{t('catalog.unused')}</p> : null}
            <ul className="plain tight">
              {view.services.map((service) => (
                <li key={service.id}>
                  <Link className="u grow" href={service.href}>
                    {service.name}
                  </Link>
                  <span className="mono t3">{service.version}</span>
                </li>
              ))}
            </ul>
          </RailSection>
        </aside>
      </div>
    </Page>
  )
}
