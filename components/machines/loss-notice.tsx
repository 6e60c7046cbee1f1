'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'use-intl'
import { useAct } from '@/components/frame/use-act'
import { useFailure } from '@/components/frame/use-refusal'
import { Ago } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import type { MachineView } from '@/lib/machines/views'
import type { Act } from '@/lib/views'

export type ResumePool = Act<{ runtimeId: string }>

interface Props {
  pool: { id: string; name: string }
  loss: MachineView['loss']
  resume: ResumePool
}

/** Automation rests in a pool that lost many machines at once, until they are back or an operator lets it go on. */
export function LossNotice({ pool, loss, resume }: Props) {
  const t = useTranslations()
  const failure = useFailure()
  const router = useRouter()
  const { busy, error: refused, run } = useAct()
  const error = refused ? failure(refused) : undefined
  if (!loss) return null
  const go = async () => {
    if ((await run(() => resume({ runtimeId: pool.id }))).ok) router.refresh()
  }
  return (
    <Notice
      tone="red"
      role="status"
      title={t('machines.loss', { name: pool.name, lost: loss.lost, of: loss.of })}
      acts={
        <Button size="sm" busy={busy} onClick={() => void go()}>
          {t('machines.letGoOn')}
        </Button>
      }
    >
      {t('machines.lossHelp')} <Ago at={loss.since} as="ago" className="t3" /> {error}
    </Notice>
  )
}
