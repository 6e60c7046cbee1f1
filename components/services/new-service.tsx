'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useApplicationName, useOrganizationName } from '@/components/frame/frame-context'
import { Page } from '@/components/frame/page'
import { PageHead } from '@/components/frame/page-head'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Button } from '@/components/ui/button'
import { Segmented } from '@/components/ui/segmented'
import { StepMarks } from '@/components/ui/step-marks'
import { Stone } from '@/components/ui/stone'
import { paths } from '@/lib/paths'
import type { NewServiceView } from '@/lib/services/new-service-views'
import { NewServiceForm } from './new-service-form'
import { ReviewStep } from './review-step'
import type { NewServiceActions } from './service-acts'
import { useDraft } from './use-draft'
import { YamlStep } from './yaml-step'

interface Props {
  view: NewServiceView
  actions: NewServiceActions
}

const steps = ['package', 'configure', 'review'] as const

/** Package → configure (form or YAML) → review of the plan → request. */
export function NewService({ view, actions }: Props) {
  const t = useTranslations()
  const router = useRouter()
  const draft = useDraft(view)
  const [mode, setMode] = useState<'form' | 'yaml'>('form')
  const [step, setStep] = useState<'configure' | 'review'>('configure')
  const [tried, setTried] = useState(false)
  const org = view.organizationSlug
  const app = view.applicationSlug
  const organizationName = useOrganizationName(org)
  const applicationName = useApplicationName(app)
  const errors = Object.entries(draft.errors)
  const review = () => {
    setTried(true)
    if (errors.length === 0 && !draft.yamlError) setStep('review')
  }
  const name = draft.values.name || t('services.aService')
  const runtime = view.runtimes.find((one) => one.id === draft.values.runtimeId)
  return (
    <Page
      crumb={[
        { label: organizationName, href: paths.organization(org) },
        { label: applicationName, href: paths.application(org, app) },
        { label: t('nav.services'), href: paths.services(org, app) },
        { label: t('services.new') },
      ]}
    >
      <PageHead
        title={
          step === 'review'
            ? t('services.reviewOf', { name })
            : view.clone
              ? t('services.copyOf', { name: view.clone.name })
              : t('services.newFrom', { package: view.package.title, version: draft.version })
        }
        marks={step === 'review' && runtime ? <EnvironmentTag environment={runtime.environment} /> : null}
        sub={
          step === 'review' ? (
            t('services.nothingYet')
          ) : (
            <>
              {view.package.summary}{' '}
              <a className="link" href={paths.catalogue(org)}>
                {t('services.chooseOther')}
              </a>
            </>
          )
        }
        acts={
          <span className="row wide-gap">
            <StepMarks label={t('services.steps')} steps={steps.map((one) => t(`services.step.${one}`))} at={steps.indexOf(step)} />
            {step === 'configure' ? (
              <Segmented
                label={t('config.mode')}
                value={mode}
                onChange={(next) => {
                  if (next === 'yaml') draft.openYaml()
                  else if (draft.yamlError) return
                  setMode(next)
                }}
                options={[
                  { value: 'form', label: t('config.form') },
                  { value: 'yaml', label: 'YAML' },
                ]}
              />
            ) : null}
          </span>
        }
      />
      {step === 'review' ? (
        <ReviewStep view={view} draft={draft} actions={actions} onBack={() => setStep('configure')} />
      ) : (
        <>
          {mode === 'form' ? <NewServiceForm view={view} draft={draft} showAll={tried} /> : <YamlStep draft={draft} view={view} />}
          <div className="dock">
            {tried && errors.length > 0 ? (
              <span className="st red" role="alert">
                <Stone shape="bad" />
                {t('config.fieldsNeedLook', { count: errors.length })}: {errors[0]?.[0]} {errors[0]?.[1]}
              </span>
            ) : null}
            <span className="grow" />
            {draft.isChanged ? <span className="t3 f12 only-l">{t('config.draftKept')}</span> : null}
            <Button
              tone="ghost"
              onClick={() => {
                draft.discard()
                router.push(paths.services(org, app))
              }}
            >
              {t('config.discard')}
            </Button>
            <Button tone="primary" onClick={review}>
              {t('services.reviewPlan')}
            </Button>
          </div>
        </>
      )}
    </Page>
  )
}
