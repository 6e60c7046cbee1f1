'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useAct } from '@/components/frame/use-act'
import { useFailure, useRefusal } from '@/components/frame/use-refusal'
import { Ago } from '@/components/ui/ago'
import { Avatar } from '@/components/ui/avatar'
import { Button } from '@/components/ui/button'
import { RailSection } from '@/components/ui/section'
import type { DeployView } from '@/lib/deploys/views'
import type { DeployActions } from './deploy-acts'

/** What people say to each other about a record. */
export function Comments({ deploy, comment }: { deploy: DeployView; comment: DeployActions['comment'] }) {
  const t = useTranslations()
  const failure = useFailure()
  const client = useQueryClient()
  const why = useRefusal()(deploy.gates.comment)
  const [text, setText] = useState('')
  const { busy, error, run } = useAct()
  const words = text.trim()
  if (why && deploy.comments.length === 0) return null
  const send = async () => {
    if (!(await run(() => comment({ recordId: deploy.id, text: words }))).ok) return
    setText('')
    await client.invalidateQueries({ queryKey: ['deploy', deploy.id] })
  }
  return (
    <RailSection title={t('policies.comments')} end={deploy.comments.length || null}>
      <ul className="plain tight">
        {deploy.comments.map((one) => (
          <li key={one.id}>
            <Avatar name={one.person.name} />
            <span className="grow">
              <span className="b">{one.person.name}</span> <span className="pre-wrap">{one.text}</span>
            </span>
            <Ago at={one.at} className="t3 f12 nowrap" />
          </li>
        ))}
      </ul>
      {why ? null : (
        <div className="typed">
          <textarea
            className="input"
            rows={2}
            maxLength={2000}
            aria-label={t('policies.yourComment')}
            placeholder={t('policies.yourComment')}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          {error ? (
            <span className="text-red" role="alert">
              {failure(error)}
            </span>
          ) : null}
          <span className="row mt-2">
            <Button size="sm" busy={busy} why={words ? undefined : t('policies.typeFirst')} onClick={() => void send()}>
              {t('deploys.act.comment')}
            </Button>
          </span>
        </div>
      )}
    </RailSection>
  )
}
