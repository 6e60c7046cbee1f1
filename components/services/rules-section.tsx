'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFailure, useRefusal } from '@/components/frame/use-refusal'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Notice } from '@/components/ui/notice'
import { Section } from '@/components/ui/section'
import type { PlacementRules } from '@/lib/services/rule-views'
import type { PlacementView, ServiceView } from '@/lib/services/views'
import type { Act, PublicError } from '@/lib/views'
import { readRules, rulesDraftOf } from './rules-draft'
import { RulesFields } from './rules-fields'
import { useRulesWords } from './rules-words'
import { useServiceNames } from './use-service-names'

export type SetRules = Act<{ organization: string; application: string; service: string; placementId: string; rules: PlacementRules }>

interface DialogProps {
  service: ServiceView
  placement: PlacementView
  set: SetRules
  close: () => void
}

function RulesDialog({ service, placement, set, close }: DialogProps) {
  const t = useTranslations()
  const failure = useFailure()
  const router = useRouter()
  const names = useServiceNames(service)
  const [draft, setDraft] = useState(() => rulesDraftOf(placement.rules))
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<PublicError | null>(null)
  const { rules } = readRules(draft)
  const save = async () => {
    if (!rules) return
    setBusy(true)
    const { organizationSlug: organization, applicationSlug: application, name } = service
    const answer = await set({ organization, application, service: name, placementId: placement.id, rules })
    setBusy(false)
    if (!answer.ok) return setError(answer.error)
    close()
    router.refresh()
  }
  return (
    <Dialog
      open
      onClose={close}
      wide
      title={t('rules.editOf', { name: service.name, runtime: placement.runtime.name })}
      footer={
        <>
          <Button onClick={close}>{t('ui.cancel')}</Button>
          <Button tone="primary" busy={busy} why={rules ? undefined : t('config.fixFirst')} onClick={() => void save()}>
            {t('rules.save')}
          </Button>
        </>
      }
    >
      {error ? (
        <Notice tone="red" role="alert" title={failure(error)}>
          {Object.values(error.fields ?? {}).join(' · ')}
        </Notice>
      ) : null}
      <p className="t2 mb-3">{t('rules.help')}</p>
      <RulesFields value={draft} onChange={setDraft} services={names} />
    </Dialog>
  )
}

/** What each placement asks of its machines, and the way to change it. */
export function RulesSection({ service, set }: { service: ServiceView; set: SetRules }) {
  const t = useTranslations()
  const refusal = useRefusal()
  const wordsOf = useRulesWords()
  const [editing, edit] = useState<string | null>(null)
  const edited = service.placements.find((placement) => placement.id === editing)
  if (service.placements.length === 0) return null
  return (
    <Section title={t('rules.title')}>
      <table className="tbl inset" aria-label={t('rules.title')}>
        <tbody>
          {service.placements.map((placement) => (
            <tr key={placement.id}>
              <td className="b">
                <span className="row">
                  {placement.runtime.name} <EnvironmentTag environment={placement.runtime.environment} />
                </span>
              </td>
              <td className="t2 whitespace-normal">{wordsOf(placement.rules).join('; ')}</td>
              <td className="r">
                <Button size="sm" why={refusal(placement.setRules)} onClick={() => edit(placement.id)}>
                  {t('rules.edit')}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {edited ? <RulesDialog service={service} placement={edited} set={set} close={() => edit(null)} /> : null}
    </Section>
  )
}
