'use client'

import { useQuery } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFailure, useSentence } from '@/components/frame/use-refusal'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Notice } from '@/components/ui/notice'
import type { AgentUpdatePreview } from '@/lib/agents/views'
import { paths } from '@/lib/paths'
import type { ActionResult, PublicError } from '@/lib/views'
import type { AgentActions } from './agents-page'

const lost: ActionResult<never> = { ok: false, error: { code: 'unavailable', message: '' } }
const whole = (text: string, least: number, most: number) => /^\d{1,4}$/.test(text) && Number(text) >= least && Number(text) <= most

function Waves({ preview }: { preview: AgentUpdatePreview }) {
  const t = useTranslations()
  const sentence = useSentence()
  return (
    <>
      <p>{t('agents.inWaves', { count: preview.targets.length, waves: preview.waves.join(' → ') })}</p>
      <p className="t2">{t('agents.effects')}</p>
      {preview.leftOut.length > 0 ? (
        <ul className="plain tight mt-2">
          {preview.leftOut.map((target) => (
            <li key={target.key}>
              <span className="b">{target.name}</span> <span className="t2">{target.whyNot ? sentence(target.whyNot) : null}</span>
            </li>
          ))}
        </ul>
      ) : null}
    </>
  )
}

/** In which waves, on which machines, and what happens when one goes wrong: before anything is sent. */
export function UpdateDialog({ pool, actions, onClose }: { pool: string; actions: AgentActions; onClose: () => void }) {
  const t = useTranslations()
  const failure = useFailure()
  const router = useRouter()
  const [first, setFirst] = useState('1')
  const [percent, setPercent] = useState('10')
  const [error, setError] = useState<PublicError | null>(null)
  const [busy, setBusy] = useState(false)
  const isSound = whole(first, 1, 1000) && whole(percent, 0, 100)
  const ask = { pool, first: Number(first), percent: Number(percent) }
  const { data, refetch } = useQuery({
    queryKey: ['agent-update', pool, first, percent],
    enabled: isSound,
    queryFn: () => actions.preview(ask).catch(() => lost),
    placeholderData: (before) => before,
    gcTime: 0,
  })
  const preview = data?.ok ? data.data : undefined
  const shown = error ?? (data && !data.ok ? data.error : null)
  const send = async () => {
    setBusy(true)
    const answer = await actions.update({ ...ask, ...(preview ? { expectedHash: preview.expectedHash } : {}) }).catch(() => lost)
    if (answer.ok) return router.push(paths.deploy(null, answer.data.number))
    setBusy(false)
    setError(answer.error)
    await refetch()
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('agents.updateOf', { pool })}
      footer={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button tone="primary" busy={busy} why={preview && isSound ? undefined : t('config.fixFirst')} onClick={() => void send()}>
            {t('agents.update', { version: preview?.version ?? '' })}
          </Button>
        </>
      }
    >
      {shown ? <Notice tone="red" role="alert" title={failure(shown)} /> : null}
      <Field id="first" label={t('agents.first')} error={whole(first, 1, 1000) ? undefined : t('commands.wrong.number')}>
        <Input id="first" inputMode="numeric" value={first} onChange={(event) => setFirst(event.target.value)} />
      </Field>
      <Field id="percent" label={t('agents.percent')} error={whole(percent, 0, 100) ? undefined : t('commands.wrong.number')}>
        <Input id="percent" inputMode="numeric" unit="%" value={percent} onChange={(event) => setPercent(event.target.value)} />
      </Field>
      {preview && isSound ? <Waves preview={preview} /> : null}
    </Dialog>
  )
}
