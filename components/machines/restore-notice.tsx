'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'use-intl'
import { useAct } from '@/components/frame/use-act'
import { useFailure } from '@/components/frame/use-refusal'
import { Ago } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import type { Act } from '@/lib/views'

export type EndRestore = Act<{ runtimeId: string }>

interface Props {
  runtime: { id: string; name: string }
  since: string | null
  end: EndRestore
}

/** After a restore automation is off here until an operator has looked at what was found, and ends it. */
export function RestoreNotice({ runtime, since, end }: Props) {
  const t = useTranslations()
  const failure = useFailure()
  const router = useRouter()
  const { busy, error, run } = useAct()
  if (!since) return null
  const go = async () => {
    if ((await run(() => end({ runtimeId: runtime.id }))).ok) router.refresh()
  }
  return (
    <Notice
      tone="amber"
      role="status"
      title={t('machines.restored', { name: runtime.name })}
      acts={
        <Button size="sm" busy={busy} onClick={() => void go()}>
          {t('machines.endRestore')}
        </Button>
      }
    >
      {t('machines.restoredHelp')} <Ago at={since} as="ago" className="t3" /> {error ? failure(error) : null}
    </Notice>
  )
}
