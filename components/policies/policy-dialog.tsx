'use client'

import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { useTranslations } from 'use-intl'
import { ActDialog } from '@/components/frame/act-dialog'
import { useAct } from '@/components/frame/use-act'
import { useRefusal } from '@/components/frame/use-refusal'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Notice } from '@/components/ui/notice'
import { Segmented } from '@/components/ui/segmented'
import type { PolicyRules } from '@/lib/policies/schema'
import type { EnvironmentPolicy, PolicyPreview } from '@/lib/policies/views'
import type { Act, Environment } from '@/lib/views'
import { draftOf, type PolicyDraft, readDraft } from './policy-draft'
import { PolicyEffects } from './policy-effects'
import { FreezeRows, WindowRows } from './time-rows'

export interface PolicyActions {
  preview: Act<{ organization: string; environment: Environment; rules: PolicyRules }, PolicyPreview>
  set: Act<{ organization: string; environment: Environment; rules: PolicyRules; version: number; note?: string }, { version: number }>
}

interface Props {
  organization: string
  policy: EnvironmentPolicy
  /** What a file asks for: filled in, and set by whoever looks at it. */
  proposed?: PolicyRules | undefined
  actions: PolicyActions
  close: () => void
}

const rolesOf = { both: ['admin', 'owner'], owner: ['owner'], admin: ['admin'] } as const
type Who = keyof typeof rolesOf
const whoOf = (roles: readonly string[]): Who => (roles.length === 2 ? 'both' : (roles[0] as Who))

/** What these rules would change for what waits now, read anew a moment after each change of the form. */
function usePreview({ organization, policy, actions }: Props, rules: PolicyRules | null) {
  const asked = useDeferredValue(rules)
  return useQuery({
    queryKey: ['policy-preview', organization, policy.environment, JSON.stringify(asked)],
    enabled: asked !== null,
    queryFn: async () => {
      const answer = await actions.preview({ organization, environment: policy.environment, rules: asked as PolicyRules })
      if (!answer.ok) throw new Error(answer.error.message)
      return answer.data
    },
    placeholderData: (before) => before,
  })
}

/** What an environment asks of changes, and what another answer would change now. */
export function PolicyDialog(props: Props) {
  const { organization, policy, proposed, actions, close } = props
  const t = useTranslations()
  const refusal = useRefusal()
  const [draft, setDraft] = useState<PolicyDraft>(() => draftOf(proposed ?? policy.rules))
  const [note, setNote] = useState('')
  const change = (part: Partial<PolicyDraft>) => setDraft((before) => ({ ...before, ...part }))
  const read = readDraft(draft)
  const errors = read.ok ? {} : read.errors
  const rules = read.ok ? read.rules : null
  const { data: preview } = usePreview(props, rules)
  const isSame = rules !== null && JSON.stringify(rules) === JSON.stringify(policy.rules)
  const refused = preview && refusal(preview.gate)
  const why = rules === null ? t('policies.mendFirst') : isSame ? t('init.unchanged') : refused
  const words = note.trim()
  return (
    <ActDialog
      wide
      title={t('policies.editOf', { environment: t(`environment.${policy.environment}`) })}
      verb={t('policies.save')}
      why={why}
      acting={useAct()}
      act={
        rules &&
        (() =>
          actions.set({
            organization,
            environment: policy.environment,
            rules,
            version: policy.version,
            ...(words ? { note: words } : {}),
          }))
      }
      close={close}
    >
      {proposed ? <Notice tone="none" shape="ask" title={t('policies.proposed')} /> : null}
      <Field
        id="policy-approvals"
        label={t('policies.approvals')}
        help={t('policies.approvalsHelp', { floor: policy.floor })}
        error={errors.approvals ? t('policies.wrong.approvals') : (refused ?? undefined)}
      >
        <Input
          id="policy-approvals"
          boxClass="narrow"
          inputMode="numeric"
          value={draft.approvals}
          bad={errors.approvals !== undefined}
          onChange={(event) => change({ approvals: event.target.value })}
        />
      </Field>
      <Field id="policy-roles" label={t('policies.whose')} help={t('policies.whoseHelp')}>
        <span className="row" id="policy-roles">
          <Segmented
            label={t('policies.whose')}
            value={whoOf(draft.roles)}
            onChange={(who) => change({ roles: [...rolesOf[who]] })}
            options={(Object.keys(rolesOf) as Who[]).map((who) => ({ value: who, label: t(`policies.who.${who}`) }))}
          />
        </span>
      </Field>
      <WindowRows windows={draft.windows} change={(windows) => change({ windows })} errors={errors} />
      <FreezeRows freezes={draft.freezes} change={(freezes) => change({ freezes })} errors={errors} />
      <Field
        id="policy-expiry"
        label={t('policies.expiry')}
        help={t('policies.expiryHelp')}
        error={errors.expiryHours ? t('policies.wrong.expiry') : undefined}
      >
        <Input
          id="policy-expiry"
          boxClass="narrow"
          inputMode="numeric"
          placeholder="72"
          unit="h"
          value={draft.expiryHours}
          bad={errors.expiryHours !== undefined}
          onChange={(event) => change({ expiryHours: event.target.value })}
        />
      </Field>
      <Field id="policy-note" label={t('policies.note')} help={t('policies.noteHelp')}>
        <Input id="policy-note" maxLength={500} value={note} onChange={(event) => setNote(event.target.value)} />
      </Field>
      {preview && rules && !isSame ? <PolicyEffects preview={preview} organization={organization} /> : null}
    </ActDialog>
  )
}
