'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFailure } from '@/components/frame/use-refusal'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Stone } from '@/components/ui/stone'
import type { RelationEdge, ServiceRelations, StandingRequirement } from '@/lib/relations/views'
import { keyOfChoice } from './choice-key'
import { ProviderPicker } from './provider-picker'

interface Props {
  requirement: StandingRequirement
  relations: ServiceRelations
  production: boolean
  close: () => void
  /** Resolves with what went wrong, or undefined. */
  save: (providers: string[]) => Promise<Parameters<ReturnType<typeof useFailure>>[0] | undefined>
}

const chosen = (edges: readonly RelationEdge[], name: string): string[] =>
  edges
    .filter((edge) => edge.requirement === name)
    .map(({ provider }) => keyOfChoice({ kind: provider.kind, id: provider.serviceId ?? provider.id }))

/** Who fulfils one requirement from now on. Both sides hear it by records of automation; nothing restarts that need not. */
export function RelationDialog({ requirement, relations, production, close, save }: Props) {
  const t = useTranslations()
  const failure = useFailure()
  const before = chosen(relations.edges, requirement.name)
  const [value, setValue] = useState(before)
  const [busy, setBusy] = useState(false)
  const [wrong, setWrong] = useState<string>()
  const same = value.length === before.length && value.every((one) => before.includes(one))
  const lacking = !requirement.optional && !requirement.since && value.length === 0
  const ask = async () => {
    setBusy(true)
    const error = await save(value)
    setBusy(false)
    if (error) setWrong(failure(error))
    else close()
  }
  return (
    <Dialog
      open
      onClose={close}
      title={t('relations.choose', { name: requirement.name })}
      footer={
        <>
          <Button onClick={close}>{t('ui.cancel')}</Button>
          <Button
            tone="primary"
            busy={busy}
            why={lacking ? t('relations.isRequired') : same ? t('relations.nothingChanged') : undefined}
            onClick={() => void ask()}
          >
            {t('relations.save')}
          </Button>
        </>
      }
    >
      <p className="t2 mb-3">{t(production ? 'relations.chooseHelpProduction' : 'relations.chooseHelp')}</p>
      <ProviderPicker id="providers" requirement={requirement} choices={relations.choices} value={value} onChange={setValue} />
      {wrong ? (
        <p className="st red mt-3" role="alert">
          <Stone shape="bad" />
          {wrong}
        </p>
      ) : null}
    </Dialog>
  )
}
