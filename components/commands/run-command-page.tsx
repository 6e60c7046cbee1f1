'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useApplicationName, useOrganizationName } from '@/components/frame/frame-context'
import { type Crumb, Page } from '@/components/frame/page'
import { PageHead } from '@/components/frame/page-head'
import { useFailure, useRefusal } from '@/components/frame/use-refusal'
import { ReadAt } from '@/components/machines/freshness'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { StepMarks } from '@/components/ui/step-marks'
import { Stone } from '@/components/ui/stone'
import { Void } from '@/components/ui/void'
import type { CommandOffer, CommandPreview, RunCommandInput, RunOnMachinesInput } from '@/lib/commands/views'
import { paths } from '@/lib/paths'
import type { Act, ActionResult, PublicError } from '@/lib/views'
import { CommandFields } from './command-form'
import { CommandReview } from './command-review'
import { type CommandWish, useCommandDraft } from './use-command-draft'

type Sent = { number: number }

/** Server actions; either for units of a service or for machines. */
export interface CommandActions {
  units?: { preview: Act<RunCommandInput, CommandPreview>; run: Act<RunCommandInput, Sent> }
  machines?: { preview: Act<RunOnMachinesInput, CommandPreview>; run: Act<RunOnMachinesInput, Sent> }
}

interface Props {
  offer: CommandOffer
  actions: CommandActions
}

const lost: ActionResult<never> = { ok: false, error: { code: 'unavailable', message: '' } }

type More = { reason?: string; expectedHash?: string }

/** The two doors as one: what differs is only how targets are named. */
function doorsOf({ organizationSlug, applicationSlug, name, environment }: CommandOffer, actions: CommandActions) {
  const units = (wish: CommandWish, keys: string[], more: More): RunCommandInput => ({
    organization: organizationSlug ?? '',
    application: applicationSlug ?? '',
    name: name ?? '',
    environment,
    unitIds: keys,
    ...wish,
    ...more,
  })
  const ofUnits = actions.units
  if (ofUnits && name !== null)
    return {
      preview: (wish: CommandWish, keys: string[]) => ofUnits.preview(units(wish, keys, {})),
      run: (wish: CommandWish, keys: string[], more: More) => ofUnits.run(units(wish, keys, more)),
    }
  const ofMachines = actions.machines
  return {
    preview: async (wish: CommandWish, machines: string[]) => (ofMachines ? ofMachines.preview({ machines, ...wish }) : lost),
    run: async (wish: CommandWish, machines: string[], more: More) => (ofMachines ? ofMachines.run({ machines, ...wish, ...more }) : lost),
  }
}

function useRun({ offer, actions }: Props) {
  const router = useRouter()
  const form = useCommandDraft(offer)
  const doors = doorsOf(offer, actions)
  const [tried, setTried] = useState(false)
  const [preview, setPreview] = useState<CommandPreview | null>(null)
  const [error, setError] = useState<PublicError | null>(null)
  const [busy, setBusy] = useState(false)
  const [reason, setReason] = useState('')
  const keys = [...form.draft.keys]
  const look = async () => {
    setTried(true)
    if (Object.keys(form.problems).length > 0) return
    setBusy(true)
    const answer = await doors.preview(form.wish(), keys).catch(() => lost)
    setBusy(false)
    setError(answer.ok ? null : answer.error)
    if (answer.ok) setPreview(answer.data)
  }
  const send = async () => {
    if (!preview) return
    setBusy(true)
    setError(null)
    const more = { ...(reason.trim() ? { reason: reason.trim() } : {}), expectedHash: preview.expectedHash }
    const answer = await doors.run(form.wish(), keys, more).catch(() => lost)
    if (answer.ok) return router.push(paths.deploy(offer.organizationSlug, answer.data.number))
    setBusy(false)
    setError(answer.error)
    // Somebody fell silent, or came back: the list is shown anew, nothing was sent.
    if (answer.error.code === 'plan_changed') await look().then(() => setError(answer.error))
  }
  const back = () => {
    setPreview(null)
    setError(null)
  }
  return { form, tried, preview, error, busy, reason, setReason, look, send, back }
}

function useCrumb({ organizationSlug: org, applicationSlug: app, name, environment }: CommandOffer): Crumb[] {
  const t = useTranslations()
  const organizationName = useOrganizationName(org ?? '')
  const applicationName = useApplicationName(app ?? '')
  if (org === null || app === null || name === null)
    return [{ label: t('nav.platform') }, { label: t('nav.machines'), href: paths.platformMachines }, { label: t('commands.title') }]
  return [
    { label: organizationName, href: paths.organization(org) },
    { label: applicationName, href: paths.application(org, app) },
    { label: name, href: paths.service(org, app, name, environment) },
    { label: t('commands.title') },
  ]
}

/** Write it, look at exactly whom it reaches, send it. */
export function RunCommandPage(props: Props) {
  const { offer } = props
  const t = useTranslations()
  const failure = useFailure()
  const refused = useRefusal()(offer.gate)
  const crumb = useCrumb(offer)
  const run = useRun(props)
  const { form, preview, error } = run
  const wrong = Object.keys(form.problems).length
  const isOfMachines = offer.name === null
  const title = isOfMachines ? t('commands.onMachines') : t('commands.onService', { name: offer.name ?? '' })
  const sendWord = preview?.approval.none ? t('commands.send', { count: preview.targets.length }) : t('plan.requestApproval')
  return (
    <ReadAt asOf={offer.asOf}>
      <Page crumb={crumb}>
        <PageHead
          title={title}
          marks={<EnvironmentTag environment={offer.environment} />}
          sub={t(preview ? 'commands.nothingSent' : 'commands.sub')}
          acts={
            refused ? null : (
              <StepMarks label={t('services.steps')} steps={[t('commands.step.write'), t('commands.step.look')]} at={preview ? 1 : 0} />
            )
          }
        />
        {refused ? (
          <Void kind="denied" title={t('commands.denied')}>
            {refused}
          </Void>
        ) : offer.targets.length === 0 ? (
          <Void kind="none-yet" title={t('commands.noTargets')}>
            {t('commands.noTargetsHelp')}
          </Void>
        ) : (
          <>
            <div>
              {error ? (
                <div className="mb-4">
                  <Notice tone="red" role="alert" title={failure(error)} />
                </div>
              ) : null}
              {preview ? (
                <CommandReview
                  preview={preview}
                  wish={form.wish()}
                  isOfMachines={isOfMachines}
                  reason={run.reason}
                  onReason={run.setReason}
                />
              ) : (
                <CommandFields offer={offer} form={form} showAll={run.tried} />
              )}
            </div>
            <div className="dock">
              {preview ? <Button onClick={run.back}>{t('commands.back')}</Button> : null}
              {!preview && run.tried && wrong > 0 ? (
                <span className="st red" role="alert">
                  <Stone shape="bad" />
                  {t('config.fieldsNeedLook', { count: wrong })}
                </span>
              ) : null}
              <span className="grow" />
              <Button tone="primary" busy={run.busy} onClick={() => void (preview ? run.send() : run.look())}>
                {preview ? sendWord : t('commands.look')}
              </Button>
            </div>
          </>
        )}
      </Page>
    </ReadAt>
  )
}
