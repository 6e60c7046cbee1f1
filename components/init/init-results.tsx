'use client'

import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFailure, useSentence } from '@/components/frame/use-refusal'
import { Status } from '@/components/status/status'
import { Ago } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { Section } from '@/components/ui/section'
import type { InitResultView } from '@/lib/init/views'
import type { MachineView } from '@/lib/machines/views'
import { paths } from '@/lib/paths'
import type { Act } from '@/lib/views'
import { usePolicyWords } from './use-policy-words'

export type LookAgain = Act<{ machineId: string; policyId: string }>

interface RowProps {
  result: InitResultView
  /** Missing: nothing would come of it. */
  again: (() => void) | undefined
  busy: boolean
}

function Row({ result, again, busy }: RowProps) {
  const t = useTranslations()
  const wordsOf = usePolicyWords()
  const sentence = useSentence()
  const { check, state, said, log, at } = result
  const message = said ? sentence(said) : result.message
  return (
    <li>
      <Status noun="init" state={state} />
      <div className="what">
        <span className="b">{t(`init.kind.${check.kind}`)}</span> <span className="t3">{wordsOf(check)}</span>
        {message ? <span className={state === 'failed' ? 'block' : 'block t2'}>{message}</span> : null}
        {log ? (
          <details open={state === 'failed'}>
            <summary className="t3">{t('init.printed')}</summary>
            <pre className="code json">{log}</pre>
          </details>
        ) : null}
      </div>
      <span className="acts">
        {state === 'waiting' ? null : <Ago at={at} className="t3 num" />}
        {again ? (
          <Button size="sm" busy={busy} onClick={again}>
            {t('init.again')}
          </Button>
        ) : null}
      </span>
    </li>
  )
}

/** What its pool asks of a machine, and what was found, policy by policy. */
export function InitResults({ machine, lookAgain }: { machine: MachineView; lookAgain: LookAgain }) {
  const t = useTranslations()
  const router = useRouter()
  const failure = useFailure()
  const sentence = useSentence()
  const [busy, setBusy] = useState<string | null>(null)
  const [error, setError] = useState<string | undefined>()
  if (machine.init.length === 0) return null
  const isNew = machine.state === 'new'
  const failed = machine.init.find((result) => result.state === 'failed')
  const run = async (policyId: string) => {
    setBusy(policyId)
    const answer = await lookAgain({ machineId: machine.id, policyId })
    setBusy(null)
    setError(answer.ok ? undefined : failure(answer.error))
    if (answer.ok) router.refresh()
  }
  const canAgain = ({ state }: InitResultView) => isNew && (state === 'failed' || state === 'passed')
  return (
    <Section
      title={t('init.title')}
      hint={
        <Link className="u" href={paths.pool(machine.pool.name)}>
          {t('init.ofPool', { name: machine.pool.name })}
        </Link>
      }
    >
      <div className="stack mb-3 empty:hidden">
        {isNew && failed ? (
          <Notice tone="red" role="status" title={t('init.failed', { policy: t(`init.kind.${failed.check.kind}`) })}>
            {failed.said ? sentence(failed.said) : failed.message}
          </Notice>
        ) : null}
        {isNew && machine.initTooOld ? <Notice tone="amber" role="status" title={t('init.oldAgent')} /> : null}
      </div>
      {error ? (
        <p className="err-line" role="alert">
          {error}
        </p>
      ) : null}
      <ol className="policies found" aria-label={t('init.title')}>
        {machine.init.map((result) => (
          <Row
            key={result.policyId}
            result={result}
            busy={busy === result.policyId}
            again={canAgain(result) ? () => void run(result.policyId) : undefined}
          />
        ))}
      </ol>
    </Section>
  )
}
