'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { ActDialog } from '@/components/frame/act-dialog'
import { useAct } from '@/components/frame/use-act'
import { useRefusal } from '@/components/frame/use-refusal'
import { Ago } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import type { Act, Environment, Gate } from '@/lib/views'
import type { OutsideChange, OutsideSeen } from '@/lib/workloads/views'
import { PutBack, type PutBackActions, type Watched } from './drift-section'

export type KeepOutside = Act<
  { organization: string; application: string; name: string; environment: Environment; prints: string[] },
  unknown
>

interface Found extends OutsideChange {
  readonly runtimeName: string
}

interface Props {
  of: Watched
  /** What was changed of it, by cluster. */
  changes: readonly { readonly runtimeName: string; readonly outside: readonly OutsideSeen[] }[]
  keep: Gate | undefined
  actions: PutBackActions & { keepOutside: KeepOutside }
}

const mostShown = 5

function Changes({ found }: { found: readonly Found[] }) {
  const t = useTranslations()
  return (
    <ul className="plain tight mt-2">
      {found.slice(0, mostShown).map((one) => (
        <li key={`${one.runtimeName} ${one.print}`}>
          <span className="grow brk">
            <b>{one.runtimeName}</b> <span className="mono">{one.object}</span>{' '}
            <span className="t2">{t(`workloads.outside.${one.kind}`, { owner: one.owner ?? '' })}</span>{' '}
            {one.fields.length > 0 ? <span className="mono t3">{one.fields.slice(0, mostShown).join(', ')}</span> : null}{' '}
            {one.at ? <Ago at={one.at} className="t3" /> : null}
          </span>
        </li>
      ))}
      {found.length > mostShown ? <li className="t3">{t('workloads.outside.more', { count: found.length - mostShown })}</li> : null}
    </ul>
  )
}

function Keep({ of, actions, found, close }: Pick<Props, 'of' | 'actions'> & { found: readonly Found[]; close: () => void }) {
  const t = useTranslations()
  const acting = useAct()
  const { organizationSlug: organization, applicationSlug: application, name, environment } = of
  // What comes while the dialog is open was not looked at.
  const [seen] = useState(found)
  const prints = seen.map((one) => one.print)
  return (
    <ActDialog
      title={t('workloads.outside.keepTitle', { name })}
      verb={t('workloads.outside.keep')}
      why={undefined}
      acting={acting}
      act={() => actions.keepOutside({ organization, application, name, environment, prints })}
      close={close}
    >
      <p className="t2">{t('workloads.outside.keepHelp')}</p>
      <Changes found={seen} />
    </ActDialog>
  )
}

/** Somebody changed it in the cluster itself: until it is put back or kept, what runs is not what was approved. */
export function OutsideNotice({ of, changes, keep, actions }: Props) {
  const t = useTranslations()
  const refusal = useRefusal()
  const [asked, ask] = useState<'put_back' | 'keep' | null>(null)
  const found = changes.flatMap(({ runtimeName, outside }) => outside.flatMap((one) => (one.isKept ? [] : [{ ...one, runtimeName }])))
  const close = () => ask(null)
  return (
    <>
      {found.length > 0 ? (
        <div className="mt-4">
          <Notice
            tone="amber"
            shape="warn"
            title={t('workloads.outside.title', { count: found.length })}
            acts={
              <>
                <Button size="sm" why={refusal(of.putBack)} onClick={() => ask('put_back')}>
                  {t('workloads.drift.putBack')}…
                </Button>
                <Button size="sm" why={keep && refusal(keep)} onClick={() => ask('keep')}>
                  {t('workloads.outside.keep')}…
                </Button>
              </>
            }
          >
            <span className="t2">{t('workloads.outside.help')}</span>
            <Changes found={found} />
          </Notice>
        </div>
      ) : null}
      {asked === 'put_back' ? <PutBack of={of} actions={actions} close={close} /> : null}
      {asked === 'keep' ? <Keep of={of} actions={actions} found={found} close={close} /> : null}
    </>
  )
}
