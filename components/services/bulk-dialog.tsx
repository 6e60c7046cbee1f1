'use client'

import { useRouter } from 'next/navigation'
import { useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import type { ServiceRow } from '@/lib/services/views'
import { BulkRow } from './bulk-row'
import { type BulkSummary, type BulkVerb, isCount, summaryOf, wordToType } from './bulk-state'
import { useBulk } from './use-bulk'

type Bulk = ReturnType<typeof useBulk>

/** Of more services than these, plans are opened one by one. */
const mostOpen = 5

function Inputs({ verb, bulk }: { verb: BulkVerb; bulk: Bulk }) {
  const t = useTranslations()
  const { count, keepData } = bulk.input
  if (verb === 'scale') {
    return (
      <Field id="bulk-count" label={t('services.bulk.count')} error={isCount(count) || count === '' ? undefined : t('services.countRule')}>
        <Input
          id="bulk-count"
          boxClass="narrow"
          inputMode="numeric"
          value={count}
          onChange={(event) => bulk.setInput({ count: event.target.value })}
        />
      </Field>
    )
  }
  if (verb !== 'remove') return null
  return (
    <label className="row mb-3">
      <input
        type="checkbox"
        className="tick-box"
        checked={!keepData}
        onChange={(event) => bulk.setInput({ keepData: !event.target.checked })}
      />
      {t('services.bulk.deleteData')}
    </label>
  )
}

/** What the whole comes to, before the single plans. */
function Sum({ sum }: { sum: BulkSummary }) {
  const t = useTranslations()
  const said = [
    sum.approvals > 0 ? t('services.bulk.waits', { count: sum.approvals }) : null,
    sum.failed > 0 ? t('services.bulk.cannot', { count: sum.failed }) : null,
    sum.asked > 0 ? t('services.bulk.done', { count: sum.asked }) : null,
  ].filter(Boolean)
  return (
    <p className="row wrap t2" role="status">
      {sum.production > 0 ? (
        <span className="row">
          <b className="b num">{sum.production}</b>
          <EnvironmentTag environment="production" />
        </span>
      ) : null}
      {said.join(' · ')}
    </p>
  )
}

/** Why it cannot be asked for yet; undefined = it can. */
function useBlock(verb: BulkVerb, { input }: Bulk, { sum, word, typed }: { sum: BulkSummary; word: string | undefined; typed: string }) {
  const t = useTranslations()
  if (verb === 'scale' && !isCount(input.count)) return t('services.bulk.countFirst')
  if (sum.planning > 0) return t('plan.planning')
  if (sum.toAsk === 0) return t('services.bulk.noneLeft')
  return word && typed !== word ? t('ui.typeFirst', { name: word }) : undefined
}

function Typed({ word, typed, onType }: { word: string; typed: string; onType: (typed: string) => void }) {
  const t = useTranslations()
  return (
    <label className="typed">
      <span>{t.rich('ui.typeToGoOn', { name: () => <code>{word}</code> })}</span>
      <span className="input">
        <input value={typed} onChange={(event) => onType(event.target.value)} autoComplete="off" spellCheck={false} />
      </span>
    </label>
  )
}

interface Props {
  verb: BulkVerb
  rows: readonly ServiceRow[]
  organizationSlug: string
  /** Stages that were asked for; the others stay selected. */
  onClose: (asked: string[]) => void
}

/** One change of several services: each with its own plan, its own deploy and its own outcome. */
export function BulkDialog({ verb, rows, organizationSlug, onClose }: Props) {
  const t = useTranslations()
  const router = useRouter()
  const bulk = useBulk({ verb, rows, organizationSlug })
  const [reason, setReason] = useState('')
  const [typed, setTyped] = useState('')
  const cancel = useRef<HTMLButtonElement>(null)
  const sum = summaryOf(bulk.items)
  const word = wordToType(bulk.items)
  const why = useBlock(verb, bulk, { sum, word, typed })
  const isOver = sum.toAsk === 0 && sum.planning === 0 && sum.asked > 0
  const close = () => {
    if (bulk.busy) return
    if (sum.asked > 0) router.refresh()
    onClose(bulk.items.flatMap((item) => (item.step === 'asked' ? item.row.stageId : [])))
  }
  return (
    <Dialog
      open
      onClose={close}
      wide
      title={t(`services.bulk.ask.${verb}`, { count: rows.length })}
      {...(verb === 'remove' ? { focus: cancel } : {})}
      footer={
        <>
          <Button ref={cancel} tone={isOver && sum.again === 0 ? 'primary' : 'plain'} busy={bulk.busy} onClick={close}>
            {t(sum.asked > 0 ? 'ui.close' : 'ui.cancel')}
          </Button>
          {sum.again > 0 && !bulk.busy && sum.planning === 0 ? (
            <Button icon="restart" onClick={bulk.retry}>
              {t('services.bulk.again', { count: sum.again })}
            </Button>
          ) : null}
          {isOver ? null : (
            <Button tone={verb === 'remove' ? 'danger-solid' : 'primary'} why={why} busy={bulk.busy} onClick={() => void bulk.ask(reason)}>
              {t(`services.bulk.do.${verb}`, { count: sum.toAsk + sum.asking })}
            </Button>
          )}
        </>
      }
    >
      <Inputs verb={verb} bulk={bulk} />
      <Sum sum={sum} />
      <ul className="plain bulk-l" aria-label={t('services.bulk.plans')}>
        {bulk.items.map((item) => (
          <BulkRow key={item.row.stageId} item={item} organizationSlug={organizationSlug} isOpen={bulk.items.length <= mostOpen} />
        ))}
      </ul>
      {isOver ? null : (
        <label className="typed">
          <span className="b">{t('plan.why')}</span>
          <textarea className="input" rows={2} maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
        </label>
      )}
      {word && !isOver ? <Typed word={word} typed={typed} onType={setTyped} /> : null}
    </Dialog>
  )
}
