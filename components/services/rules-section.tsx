'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { ActDialog } from '@/components/frame/act-dialog'
import { useAct } from '@/components/frame/use-act'
import { useRefusal } from '@/components/frame/use-refusal'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Button } from '@/components/ui/button'
import { Section } from '@/components/ui/section'
import type { PlacementRules } from '@/lib/services/rule-views'
import type { PlacementView, ServiceView } from '@/lib/services/views'
import type { Act } from '@/lib/views'
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
  const names = useServiceNames(service)
  const [draft, setDraft] = useState(() => rulesDraftOf(placement.rules))
  const acting = useAct()
  const { rules } = readRules(draft)
  const { organizationSlug: organization, applicationSlug: application, name } = service
  return (
    <ActDialog
      title={t('rules.editOf', { name, runtime: placement.runtime.name })}
      verb={t('rules.save')}
      wide
      why={rules ? undefined : t('config.fixFirst')}
      acting={acting}
      act={rules && (() => set({ organization, application, service: name, placementId: placement.id, rules }))}
      close={close}
    >
      <p className="t2 mb-3">{t('rules.help')}</p>
      <RulesFields value={draft} onChange={setDraft} services={names} />
    </ActDialog>
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
