'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { ActDialog } from '@/components/frame/act-dialog'
import { useAct } from '@/components/frame/use-act'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import type { MembersView, MemberView } from '@/lib/members/views'
import { paths } from '@/lib/paths'
import type { ActionResult } from '@/lib/views'
import { MemberPicker } from './member-picker'
import type { MemberActions } from './members-page'

export type OrganizationAct = { what: 'rename' | 'giveAway' | 'archive' } | { what: 'remove'; id: string; name: string; isYou: boolean }

interface Props {
  asked: OrganizationAct
  view: MembersView
  actions: MemberActions
  close: () => void
}

const isOther = (one: MemberView): boolean => !one.isYou && !one.isBlocked && one.application === null

/** Another name, another owner, an end; somebody goes. */
export function OrganizationDialog({ asked, view, actions, close }: Props) {
  const t = useTranslations()
  const router = useRouter()
  const { slug: organization, name: nameNow } = view.organization
  const [name, setName] = useState(nameNow)
  const [userId, setUserId] = useState<string | null>(null)
  const acting = useAct()
  /** What ends one's own membership leads away from here. */
  const leading = async (answer: Promise<ActionResult>) => {
    const done = await answer
    if (done.ok) router.push(paths.home)
    return done
  }
  const acts = {
    rename: () => actions.rename({ organization, name: name.trim() }),
    giveAway: () => actions.giveAway({ organization, userId: userId ?? '' }),
    archive: () => leading(actions.archive({ organization })),
    remove: () => {
      if (asked.what !== 'remove') return actions.remove({ organization, id: '' })
      const removal = actions.remove({ organization, id: asked.id })
      return asked.isYou ? leading(removal) : removal
    },
  }
  const why =
    asked.what === 'rename' && !name.trim()
      ? t('members.fillFirst')
      : asked.what === 'giveAway' && !userId
        ? t('members.chooseFirst')
        : undefined
  const isLeaving = asked.what === 'remove' && asked.isYou
  const who = asked.what === 'remove' ? asked.name : ''
  return (
    <ActDialog
      title={isLeaving ? t('members.leaveOf', { name: nameNow }) : t(`members.titles.${asked.what}`, { name: nameNow, who })}
      verb={isLeaving ? t('members.leave') : t(`members.${asked.what}`)}
      danger={asked.what !== 'rename'}
      why={why}
      acting={acting}
      act={acts[asked.what]}
      close={close}
    >
      {asked.what === 'rename' ? (
        <Field id="organization-name" label={t('services.name')} help={t('members.renameHelp')}>
          <Input id="organization-name" maxLength={80} value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
      ) : (
        <p>{isLeaving ? t('members.leaveHelp') : t(`members.help.${asked.what}`)}</p>
      )}
      {asked.what === 'giveAway' ? (
        <Field id="organization-owner" label={t('members.newOwner')}>
          <MemberPicker id="organization-owner" organization={organization} value={userId} onChange={setUserId} isMeant={isOther} />
        </Field>
      ) : null}
    </ActDialog>
  )
}
