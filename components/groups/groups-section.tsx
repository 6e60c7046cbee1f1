'use client'

import Link from 'next/link'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { PlanDialog } from '@/components/deploys/plan-dialog'
import { useRefusal } from '@/components/frame/use-refusal'
import { StatusStone } from '@/components/status/status'
import { Button } from '@/components/ui/button'
import { Menu } from '@/components/ui/menu'
import { Section } from '@/components/ui/section'
import { Table } from '@/components/ui/table'
import type { PlanPreview } from '@/lib/deploys/views'
import type { ChangeGroupInput } from '@/lib/groups/schema'
import type { GroupList, GroupView } from '@/lib/groups/views'
import { paths } from '@/lib/paths'
import type { Health } from '@/lib/services/views'
import type { Act } from '@/lib/views'

export interface GroupActions {
  previewGroup: Act<ChangeGroupInput, PlanPreview>
  requestGroup: Act<ChangeGroupInput, { recordId: string; number: number }>
}

interface Props {
  view: GroupList
  organizationSlug: string
  applicationSlug: string
  actions: GroupActions
}

type Kind = ChangeGroupInput['kind']
interface Asked {
  group: GroupView
  kind: Kind
}

/** Groups of an application: what belongs together, how it is, and what can be asked of all of it at once. */
export function GroupsSection({ view, organizationSlug: org, applicationSlug: app, actions }: Props) {
  const t = useTranslations()
  const refusal = useRefusal()
  const [asked, setAsked] = useState<Asked>()
  if (view.groups.length === 0) return null
  const why = refusal(view.gate)
  const item = (group: GroupView, kind: Kind) => ({
    key: kind,
    label: t(`groups.act.${kind}`),
    why,
    danger: kind === 'remove',
    onSelect: () => setAsked({ group, kind }),
  })
  return (
    <Section title={t('groups.title')} hint={t('groups.orderHint')}>
      <Table
        inset
        label={t('groups.title')}
        rows={view.groups}
        findBy={(group) => group.name}
        keyOf={(group) => group.id}
        columns={[
          { key: 'name', head: t('groups.group'), className: 'name', cell: (group) => <span className="b">{group.name}</span> },
          {
            key: 'services',
            head: t('nav.services'),
            cell: (group) => (
              <span className="row wrap">
                {group.services.map(({ name, health, running, wanted }) => (
                  <span key={name} className="row nowrap">
                    <StatusStone noun="health" state={health as Health} />
                    <Link href={paths.service(org, app, name, group.environment)}>{name}</Link>
                    <span className="t3 num">
                      {running}/{wanted}
                    </span>
                  </span>
                ))}
              </span>
            ),
          },
          {
            key: 'acts',
            head: '',
            right: true,
            cell: (group) => (
              <Menu
                align="end"
                trigger={<Button size="sm">{t('groups.change')}</Button>}
                groups={[[item(group, 'restart'), item(group, 'start'), item(group, 'stop')], [item(group, 'remove')]]}
              />
            ),
          },
        ]}
      />
      {asked ? <GroupChangeDialog {...{ asked, org, app, actions }} close={() => setAsked(undefined)} /> : null}
    </Section>
  )
}

interface DialogProps {
  asked: Asked
  org: string
  app: string
  actions: GroupActions
  close: () => void
}

function GroupChangeDialog({ asked: { group, kind }, org, app, actions, close }: DialogProps) {
  const t = useTranslations()
  const [keepData, setKeepData] = useState(true)
  const input = { organization: org, application: app, group: group.name, environment: group.environment, kind, keepData }
  return (
    <PlanDialog
      open
      onClose={close}
      title={t(`groups.ask.${kind}`, { name: group.name })}
      verb={t(`groups.act.${kind}`)}
      organizationSlug={org}
      previewKey={`${kind} ${group.id} ${keepData}`}
      preview={() => actions.previewGroup(input)}
      request={({ reason, expectedHash }) => actions.requestGroup({ ...input, reason, expectedHash })}
      nameToType={group.name}
      danger={kind === 'remove'}
    >
      {kind === 'remove' ? (
        <label className="row mb-3">
          <input type="checkbox" checked={!keepData} onChange={(event) => setKeepData(!event.target.checked)} />
          {t('groups.deleteData')}
        </label>
      ) : null}
    </PlanDialog>
  )
}
