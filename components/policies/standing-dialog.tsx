'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { ActDialog } from '@/components/frame/act-dialog'
import { useAct } from '@/components/frame/use-act'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Notice } from '@/components/ui/notice'
import { Segmented } from '@/components/ui/segmented'
import { type StandingRules, standingKinds } from '@/lib/policies/schema'
import type { StandingPolicyView } from '@/lib/policies/views'
import type { Act } from '@/lib/views'

export type SetStanding = Act<
  { organization: string; application: string; service: string; rules: StandingRules | null; version: number; note?: string },
  { version: number }
>

interface Props {
  organization: string
  policy: StandingPolicyView
  /** What a file asks for: filled in, and set by whoever looks at it. */
  proposed?: StandingRules | null | undefined
  set: SetStanding
  close: () => void
}

/** What may run for a service without a person. */
export function StandingDialog({ organization, policy, proposed, set, close }: Props) {
  const t = useTranslations()
  const { service, version } = policy
  const first = proposed === undefined ? policy.rules : proposed
  const [isOwn, setOwn] = useState(first !== null)
  const [kinds, setKinds] = useState<StandingRules['kinds']>(first?.kinds ?? ['repair', 'relate', 'failover'])
  const [units, setUnits] = useState(String(first?.maxUnits ?? 3))
  const [note, setNote] = useState('')
  const maxUnits = /^[1-9]\d{0,3}$/.test(units.trim()) ? Number(units) : undefined
  const rules = isOwn ? maxUnits && { kinds: standingKinds.filter((kind) => kinds.includes(kind)), maxUnits } : null
  const why =
    rules === undefined ? t('policies.mendFirst') : JSON.stringify(rules) === JSON.stringify(policy.rules) ? t('init.unchanged') : undefined
  const words = note.trim()
  const place = { organization, application: service.applicationSlug, service: service.name, version }
  return (
    <ActDialog
      title={t('policies.standingEdit', { name: service.name })}
      verb={t('policies.save')}
      why={why}
      acting={useAct()}
      act={rules === undefined ? null : () => set({ ...place, rules: rules as StandingRules | null, ...(words ? { note: words } : {}) })}
      close={close}
    >
      {proposed === undefined ? null : <Notice tone="none" shape="ask" title={t('policies.proposed')} />}
      <Field id="standing-own" label={t('policies.standingRule')} help={isOwn ? undefined : t('policies.standingDefaultHelp')}>
        <Segmented
          label={t('policies.standingRule')}
          value={isOwn ? 'own' : 'default'}
          onChange={(value) => setOwn(value === 'own')}
          options={[
            { value: 'default', label: t('policies.standingDefault') },
            { value: 'own', label: t('policies.standingOwn') },
          ]}
        />
      </Field>
      {isOwn ? (
        <>
          <Field id="standing-kinds" label={t('policies.kinds')} help={t('policies.kindsHelp')}>
            <div id="standing-kinds">
              {standingKinds.map((kind) => (
                <label key={kind} className="row">
                  <input
                    type="checkbox"
                    checked={kinds.includes(kind)}
                    onChange={() => setKinds(kinds.includes(kind) ? kinds.filter((one) => one !== kind) : [...kinds, kind])}
                  />
                  <span>{t(`policies.kind.${kind}`)}</span>
                </label>
              ))}
            </div>
          </Field>
          <Field
            id="standing-units"
            label={t('policies.mostUnits')}
            help={t('policies.mostUnitsHelp')}
            error={maxUnits === undefined ? t('policies.wrong.units') : undefined}
          >
            <Input
              id="standing-units"
              boxClass="narrow"
              inputMode="numeric"
              value={units}
              bad={maxUnits === undefined}
              onChange={(event) => setUnits(event.target.value)}
            />
          </Field>
        </>
      ) : null}
      <Field id="standing-note" label={t('policies.note')} help={t('policies.noteHelp')}>
        <Input id="standing-note" maxLength={500} value={note} onChange={(event) => setNote(event.target.value)} />
      </Field>
    </ActDialog>
  )
}
