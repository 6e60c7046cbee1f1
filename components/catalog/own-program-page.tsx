'use client'

import { useTranslations } from 'use-intl'
import { useOrganizationName } from '@/components/frame/frame-context'
import { Page } from '@/components/frame/page'
import { PageHead } from '@/components/frame/page-head'
import { Button } from '@/components/ui/button'
import { StepMarks } from '@/components/ui/step-marks'
import { Stone } from '@/components/ui/stone'
import { paths } from '@/lib/paths'
import { useWhyNotFile } from './archive-drop'
import { OwnAnswers } from './own-answers'
import { OwnManifest } from './own-manifest'
import { OwnSource } from './own-source'
import { type OwnProgramActions, type OwnProgramState, ownSteps, useOwnProgram } from './use-own-program'

function Dock({ own }: { own: OwnProgramState }) {
  const t = useTranslations()
  const whyNotFile = useWhyNotFile()
  const wrong = Object.keys(own.wrongs).length
  if (own.step === 'program')
    return (
      <div className="dock">
        <span className="grow" />
        <Button
          tone="primary"
          busy={own.busy}
          why={own.source === 'folder' ? whyNotFile(own.file) : undefined}
          onClick={() => void own.begin()}
        >
          {t('own.continue')}
        </Button>
      </div>
    )
  const isForm = own.step === 'answers'
  return (
    <div className="dock">
      {isForm && own.tried && wrong > 0 ? (
        <span className="st red" role="alert">
          <Stone shape="bad" />
          {t('config.fieldsNeedLook', { count: wrong })}
        </span>
      ) : null}
      <span className="grow" />
      <Button tone="ghost" onClick={() => own.setStep(isForm ? 'program' : 'answers')}>
        {t('own.back')}
      </Button>
      <Button tone="primary" busy={own.busy} onClick={() => void (isForm ? own.write() : own.publish())}>
        {isForm ? t('own.write') : t('own.publish')}
      </Button>
    </div>
  )
}

interface Props {
  organizationSlug: string
  actions: OwnProgramActions
}

/** From a folder with a program, or just a command line, to a package of one's own. */
export function OwnProgramPage({ organizationSlug: org, actions }: Props) {
  const t = useTranslations()
  const own = useOwnProgram(org, actions)
  const organizationName = useOrganizationName(org)
  return (
    <Page
      crumb={[
        { label: organizationName, href: paths.organization(org) },
        { label: t('nav.catalogue'), href: paths.catalogue(org) },
        { label: t('own.title') },
      ]}
    >
      <PageHead
        title={t('own.title')}
        sub={t(`own.about.${own.step}`)}
        acts={<StepMarks label={t('services.steps')} steps={ownSteps.map((one) => t(`own.step.${one}`))} at={ownSteps.indexOf(own.step)} />}
      />
      {own.step === 'program' ? <OwnSource own={own} organizationSlug={org} /> : null}
      {own.step === 'answers' ? <OwnAnswers own={own} /> : null}
      {own.step === 'manifest' ? <OwnManifest own={own} /> : null}
      <Dock own={own} />
    </Page>
  )
}
