'use client'

import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { Fragment } from 'react'
import { useTranslations } from 'use-intl'
import { useFrame } from '@/components/frame/frame-context'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { describedBy, Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { paths } from '@/lib/paths'
import type { NewServiceView } from '@/lib/services/new-service-views'
import { AskRail } from './ask-rail'
import { ConfigFormSections } from './config-form'
import { FurtherClusters } from './further-clusters'
import { RelationSection } from './relation-section'
import { RulesFields } from './rules-fields'
import type { Draft } from './use-draft'
import { VariablePicker } from './variable-picker'
import { variablesIn } from './variables-in'

interface Props {
  view: NewServiceView
  draft: Draft
  /** After the first try to go on, also fields nobody touched say what is wrong. */
  showAll: boolean
}

function useShownErrors({ draft, showAll }: Pick<Props, 'draft' | 'showAll'>) {
  const touched = draft.form.formState.touchedFields
  const wasTouched = (key: string) => {
    const formName = key.replaceAll('.', '·')
    const own = touched as Record<string, unknown>
    const relation = /^relations\.(.+)$/.exec(key)?.[1]
    if (relation) return Boolean((touched.relations as Record<string, unknown> | undefined)?.[relation])
    return Boolean(own[key === 'runtime' ? 'runtimeId' : key] || touched.fields?.[formName] || touched.secrets?.[formName])
  }
  return Object.fromEntries(Object.entries(draft.errors).filter(([key]) => showAll || wasTouched(key)))
}

function ServiceSection({ view, draft, errors }: { view: NewServiceView; draft: Draft; errors: Record<string, string> }) {
  const t = useTranslations()
  const name = draft.form.register('name')
  return (
    <section className="fs" id="section-service">
      <h2>{t('services.service')}</h2>
      <Field
        label={t('services.name')}
        name="name"
        id="name"
        help={t('services.nameHelp', { name: draft.values.name || 'name' })}
        error={errors.name}
      >
        <Input
          {...name}
          id="name"
          bad={Boolean(errors.name)}
          aria-describedby={describedBy('name', errors.name, true)}
          spellCheck={false}
          maxLength={40}
        />
      </Field>
      <Field label={t('services.version')} name="version" id="version">
        <Select
          id="version"
          value={draft.values.versionId}
          onChange={(value) => {
            // Another version has another form: the server renders it.
            const version = view.package.versions.find((one) => one.id === value)?.version
            const url = new URL(window.location.href)
            if (version) url.searchParams.set('version', version)
            window.location.assign(url)
          }}
          options={view.package.versions.map((one, i) => ({
            value: one.id,
            label: one.version,
            note: i === 0 ? t('services.newest') : undefined,
          }))}
        />
      </Field>
      <CloneSource view={view} />
      {view.package.components.length > 1 ? (
        <Field label={t('services.component')} name="component" id="component">
          <Select
            id="component"
            value={draft.values.component}
            onChange={(value) => draft.form.setValue('component', value, { shouldDirty: true })}
            options={view.package.components.map((one) => ({ value: one.name, label: one.name, note: one.mode }))}
          />
        </Field>
      ) : null}
    </section>
  )
}

/** A copy may be made in another application of the organisation: the form is that application's then. */
function CloneSource({
  view: {
    clone,
    organizationSlug,
    applicationSlug,
    package: { name },
  },
}: {
  view: NewServiceView
}) {
  const t = useTranslations()
  const router = useRouter()
  const applications = useFrame()?.frame.organization?.applications ?? []
  if (!clone) return null
  const hrefIn = (application: string) => {
    const version = new URLSearchParams(window.location.search).get('version')
    return paths.cloneService(organizationSlug, application, { ...clone, package: name, ...(version ? { version } : {}) })
  }
  return (
    <Field label={t('services.application')} id="application" help={t('services.cloneHelp', { name: clone.name })}>
      <Select
        id="application"
        value={applicationSlug}
        onChange={(application) => router.push(hrefIn(application))}
        options={applications.map((one) => ({ value: one.slug, label: one.name }))}
      />
    </Field>
  )
}

function PlacementSection({ view, draft, errors }: { view: NewServiceView; draft: Draft; errors: Record<string, string> }) {
  const t = useTranslations()
  const runtime = view.runtimes.find((one) => one.id === draft.values.runtimeId)
  const { mode, isOfChart = false } = view.package.components.find((one) => one.name === draft.values.component) ?? {}
  const count = draft.form.register('count')
  const help = runtime
    ? runtime.approvalsNeeded > 0
      ? t('services.needsApprovals', { environment: t(`environment.${runtime.environment}`), count: runtime.approvalsNeeded })
      : t('services.needsNobody')
    : view.runtimes.length === 0
      ? t('services.noRuntime')
      : undefined
  // Pods go where their cluster puts them.
  const isForMachines = runtime ? runtime.kind !== 'cluster' : view.runtimes.some((one) => one.kind !== 'cluster')
  return (
    <section className="fs" id="section-placement">
      <h2>{t('services.placement')}</h2>
      <p>{t('services.placementHelp')}</p>
      <Field label={t('services.runtime')} name="placements[0].runtime" id="runtime" help={help} error={errors.runtime}>
        <Select
          id="runtime"
          value={draft.values.runtimeId || null}
          onChange={(value) => draft.form.setValue('runtimeId', value, { shouldDirty: true, shouldTouch: true })}
          bad={Boolean(errors.runtime)}
          placeholder={t('config.choose')}
          options={view.runtimes
            .map((one) => ({
              value: one.id,
              label: (
                <>
                  {one.name}{' '}
                  <span className="t3">
                    {t(one.kind === 'cluster' ? 'services.readyNodes' : 'services.readyMachines', { count: one.readyMachines })}
                  </span>{' '}
                  <EnvironmentTag environment={one.environment} />
                </>
              ),
              why: view.gates[one.environment].allowed ? undefined : (view.gates[one.environment].message ?? t('refusals.forbidden')),
            }))
            .concat(
              view.offered.map((one) => ({
                value: one.id,
                label: (
                  <>
                    {one.name} <EnvironmentTag environment={one.environment} />
                  </>
                ),
                why: t('quotas.notGranted'),
              })),
            )}
        />
      </Field>
      <p className="t3">
        {t('quotas.formHelp')}{' '}
        <Link className="u" href={paths.askQuota(view.organizationSlug, draft.values.runtimeId)}>
          {t('quotas.ask')}
        </Link>
        {view.offered.map((one) => (
          <Fragment key={one.id}>
            {', '}
            <Link className="u" href={paths.askQuota(view.organizationSlug, one.id)}>
              {t('quotas.askForPool', { name: one.name })}
            </Link>
          </Fragment>
        ))}
      </p>
      {isOfChart ? (
        <Field label={t('services.units')} id="count" help={t('services.byChartHelp')}>
          <output id="count" aria-describedby="count-help">
            {t('services.byChart')}
          </output>
        </Field>
      ) : mode === 'daemon' ? (
        <Field label={t('services.units')} id="count" help={t('services.everyMachineHelp')}>
          <output id="count" aria-describedby="count-help">
            {runtime ? t('services.everyMachineOf', { count: runtime.readyMachines }) : t('services.everyMachine')}
          </output>
        </Field>
      ) : (
        <Field
          label={t('services.units')}
          name="placements[0].count"
          id="count"
          help={mode === 'singleton' ? t('services.singleton') : undefined}
          error={errors.count}
        >
          <Input
            {...count}
            id="count"
            boxClass="narrow"
            inputMode="numeric"
            bad={Boolean(errors.count)}
            aria-describedby={describedBy('count', errors.count, mode === 'singleton')}
          />
        </Field>
      )}
      <FurtherClusters view={view} draft={draft} />
      {isForMachines ? (
        <RulesFields
          value={draft.values.rules}
          onChange={(next) => draft.form.setValue('rules', next, { shouldDirty: true, shouldTouch: true })}
          services={view.takenNames}
        />
      ) : null}
    </section>
  )
}

export function NewServiceForm({ view, draft, showAll }: Props) {
  const t = useTranslations()
  const errors = useShownErrors({ draft, showAll })
  const isOfChart = view.package.components.some((one) => one.name === draft.values.component && one.isOfChart)
  const sections = [
    { id: 'service', title: t('services.service'), errors: errors.name ? 1 : 0 },
    { id: 'placement', title: t('services.placement'), errors: ['runtime', 'count', 'rules'].filter((key) => errors[key]).length },
    ...(draft.requires.length > 0
      ? [
          {
            id: 'relations',
            title: t('nav.relations'),
            errors: draft.requires.filter(({ name }) => errors[`relations.${name}`]).length,
          },
        ]
      : []),
    ...draft.sections.map((section) => ({
      id: section.title ?? 'config',
      title: section.title ?? t('services.configuration'),
      errors: section.fields.filter((field) => errors[field.key]).length,
    })),
    ...(isOfChart ? [] : [{ id: 'variables', title: t('variables.title'), errors: 0 }]),
  ]
  return (
    <div className="form-grid">
      <nav className="toc" aria-label={t('services.sections')}>
        {sections.map((section) => (
          <a key={section.id} href={`#section-${section.id}`}>
            {section.title}
            {section.errors > 0 ? <span className="n">{section.errors}</span> : null}
          </a>
        ))}
      </nav>
      <form onSubmit={(event) => event.preventDefault()}>
        <ServiceSection view={view} draft={draft} errors={errors} />
        <PlacementSection view={view} draft={draft} errors={errors} />
        <RelationSection view={view} draft={draft} errors={errors} />
        <ConfigFormSections sections={draft.sections} form={draft.form} errors={errors} />
        {isOfChart ? null : (
          <VariablePicker
            organizationSlug={view.organizationSlug}
            applicationSlug={view.applicationSlug}
            environment={view.runtimes.find((one) => one.id === draft.values.runtimeId)?.environment}
            choices={variablesIn(view, draft.values.runtimeId)}
            taken={draft.values.variables}
            onChange={(next) => draft.form.setValue('variables', next, { shouldDirty: true })}
          />
        )}
        {errors[''] ? <p className="err-line">{errors['']}</p> : null}
      </form>
      <AskRail view={view} draft={draft} />
    </div>
  )
}
