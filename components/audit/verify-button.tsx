'use client'

import { useState, useTransition } from 'react'
import { useTranslations } from 'use-intl'
import { useFailure } from '@/components/frame/use-refusal'
import { Ago } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'
import { Dialog } from '@/components/ui/dialog'
import { Notice } from '@/components/ui/notice'
import type { Verification } from '@/lib/audit/views'
import type { ActionResult, PublicError } from '@/lib/views'

function Faults({ found }: { found: Verification }) {
  const t = useTranslations()
  return (
    <Notice tone="red" title={t('audit.notIntact')}>
      <p>{t('audit.notIntactHelp')}</p>
      <ul className="plain tight">
        {found.faults.map((fault) => (
          <li key={`${fault.seal} ${fault.kind}`}>
            <span className="grow">{t(`audit.fault.${fault.kind}`, { events: fault.eventIds.slice(0, 10).join(', ') })}</span>
            <span className="t3 f12 nowrap">
              {t('audit.sealNumber', { number: fault.seal })} · <Ago at={fault.at} />
            </span>
          </li>
        ))}
      </ul>
      {found.isCut ? <p>{t('audit.moreFaults')}</p> : null}
    </Notice>
  )
}

function Head({ head }: { head: NonNullable<Verification['head']> }) {
  const t = useTranslations()
  const text = `${head.number} ${head.hash}`
  return (
    <div className="mt-3">
      <p className="t2">{t('audit.head')}</p>
      <p className="row">
        <code className="mono f12 break-all">{text}</code>
        <CopyButton text={text} />
      </p>
      <p className="t3 f12">{t('audit.headHelp')}</p>
    </div>
  )
}

/** Reads the chain now, and says what is not as it was. */
export function VerifyButton({ verify }: { verify: () => Promise<ActionResult<Verification>> }) {
  const t = useTranslations()
  const failure = useFailure()
  const [isBusy, start] = useTransition()
  const [found, setFound] = useState<Verification | null>(null)
  const [error, setError] = useState<PublicError | null>(null)
  const close = () => {
    setFound(null)
    setError(null)
  }
  const run = () =>
    start(async () => {
      const result = await verify()
      if (result.ok) setFound(result.data)
      else setError(result.error)
    })
  return (
    <>
      <Button icon="check" busy={isBusy} onClick={run}>
        {isBusy ? t('audit.verifying') : t('audit.verify')}
      </Button>
      <Dialog
        open={found !== null || error !== null}
        onClose={close}
        title={t('audit.verify')}
        footer={<Button onClick={close}>{t('ui.close')}</Button>}
      >
        {error ? <Notice tone="red" title={failure(error)} /> : null}
        {found?.isIntact ? (
          <Notice tone="green" title={t('audit.intact')}>
            {t('audit.intactHelp', { events: found.events, seals: found.seals, waiting: found.waiting })}
          </Notice>
        ) : null}
        {found && !found.isIntact ? <Faults found={found} /> : null}
        {found?.cutUpTo ? <p className="t2">{t('audit.cut', { day: found.cutUpTo })}</p> : null}
        {found?.head ? <Head head={found.head} /> : null}
      </Dialog>
    </>
  )
}
