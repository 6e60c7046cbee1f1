'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { ActDialog } from '@/components/frame/act-dialog'
import { useAct } from '@/components/frame/use-act'
import { useRefusal } from '@/components/frame/use-refusal'
import { Ago } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { Section } from '@/components/ui/section'
import { Table } from '@/components/ui/table'
import type { RoleRequestView } from '@/lib/members/views'
import type { Act } from '@/lib/views'

export interface RequestActions {
  grant: Act<{ organization: string; id: string }>
  refuse: Act<{ organization: string; id: string; answer: string }>
  withdraw: Act<{ organization: string; id: string }>
}

interface Props {
  organization: string
  items: RoleRequestView[]
  actions: RequestActions
  busy: boolean
  act: (what: () => ReturnType<RequestActions['grant']>) => void
}

/** Who asks for which role and why: one's own, and what one may decide. */
export function RoleRequests({ organization, items, actions, busy, act }: Props) {
  const t = useTranslations()
  const refusal = useRefusal()
  const [refusing, refuse] = useState<RoleRequestView | null>(null)
  return (
    <Section first title={t('members.requests')} hint={t('members.requestsHint')}>
      <Table
        label={t('members.requests')}
        rows={items}
        keyOf={(one) => one.id}
        nameOf={(one) => one.by.name}
        columns={[
          { key: 'by', head: t('users.name'), className: 'name', cell: (one) => one.by.name },
          { key: 'role', head: t('members.role'), cell: (one) => t(`users.role.${one.role}`) },
          { key: 'where', head: t('members.where'), wide: true, cell: (one) => one.application?.name ?? t('members.whole') },
          { key: 'why', head: t('plan.why'), wide: true, className: 'whitespace-normal', cell: (one) => one.reason },
          { key: 'at', head: t('services.since'), wide: true, right: true, cell: (one) => <Ago at={one.at} className="t3 num" /> },
          {
            key: 'act',
            head: '',
            right: true,
            cell: ({ id, ...one }) =>
              one.isYou ? (
                <Button size="sm" busy={busy} onClick={() => act(() => actions.withdraw({ organization, id }))}>
                  {t('members.withdraw')}
                </Button>
              ) : (
                <span className="row justify-end">
                  <Button size="sm" why={refusal(one.gate)} onClick={() => refuse({ id, ...one })}>
                    {t('members.refuse')}
                  </Button>
                  <Button size="sm" busy={busy} why={refusal(one.gate)} onClick={() => act(() => actions.grant({ organization, id }))}>
                    {t('members.grant')}
                  </Button>
                </span>
              ),
          },
        ]}
      />
      {refusing ? <RefuseDialog organization={organization} request={refusing} refuse={actions.refuse} close={() => refuse(null)} /> : null}
    </Section>
  )
}

interface RefuseProps {
  organization: string
  request: RoleRequestView
  refuse: RequestActions['refuse']
  close: () => void
}

function RefuseDialog({ organization, request, refuse, close }: RefuseProps) {
  const t = useTranslations()
  const [answer, setAnswer] = useState('')
  const text = answer.trim()
  return (
    <ActDialog
      title={t('members.refuseOf', { name: request.by.name })}
      verb={t('members.refuse')}
      danger
      why={text.length < 3 ? t('deploys.ask.sayWhy') : undefined}
      acting={useAct()}
      act={() => refuse({ organization, id: request.id, answer: text })}
      close={close}
    >
      <label className="typed">
        <span className="b">{t('plan.why')}</span>
        <textarea className="input" rows={3} maxLength={1000} value={answer} onChange={(event) => setAnswer(event.target.value)} />
      </label>
    </ActDialog>
  )
}
