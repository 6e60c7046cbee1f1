'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { ActDialog } from '@/components/frame/act-dialog'
import { useAct } from '@/components/frame/use-act'
import { describedBy, Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { NewApplicationSchema } from '@/lib/organizations/schema'
import { paths } from '@/lib/paths'
import type { Act } from '@/lib/views'
import { toSlug } from './to-slug'

export interface ApplicationActions {
  createApplication: Act<{ organization: string; slug: string; name: string }, { slug: string }>
  renameApplication: Act<{ organization: string; application: string; name: string }>
  archiveApplication: Act<{ organization: string; application: string }>
  restoreApplication: Act<{ organization: string; application: string }>
}

interface Props {
  organization: string
  /** Missing = a new one. */
  application?: { slug: string; name: string }
  actions: ApplicationActions
  close: () => void
}

/** A new application, which it leads to, or another name of one. */
export function ApplicationDialog({ organization, application, actions, close }: Props) {
  const t = useTranslations()
  const router = useRouter()
  const [name, setName] = useState(application?.name ?? '')
  const [typed, setTyped] = useState<string | null>(null)
  const acting = useAct()
  const { error, setError } = acting
  const slug = application?.slug ?? typed ?? toSlug(name)
  const isBad = slug !== '' && !application && !NewApplicationSchema.shape.slug.safeParse(slug).success
  const slugError = isBad ? t('members.addressRule') : error?.code === 'name_taken' ? t('applications.taken') : undefined
  const send = async () => {
    if (application) return actions.renameApplication({ organization, application: slug, name: name.trim() })
    const answer = await actions.createApplication({ organization, slug, name: name.trim() })
    if (answer.ok) router.push(paths.application(organization, answer.data.slug))
    return answer
  }
  return (
    <ActDialog
      title={application ? t('members.titles.rename', { name: application.name }) : t('applications.make')}
      verb={application ? t('members.rename') : t('members.make')}
      why={name.trim() && slug && !isBad ? undefined : t('members.fillFirst')}
      acting={acting}
      act={send}
      close={close}
      toldElsewhere={(code) => code === 'name_taken'}
    >
      <Field id="application-name" label={t('services.name')} help={application ? t('members.renameHelp') : t('applications.help')}>
        <Input id="application-name" maxLength={80} value={name} onChange={(event) => setName(event.target.value)} />
      </Field>
      {application ? null : (
        <Field id="application-slug" label={t('machines.address')} help={t('members.addressHelp')} error={slugError}>
          <Input
            id="application-slug"
            spellCheck={false}
            bad={slugError !== undefined}
            aria-describedby={describedBy('application-slug', slugError, true)}
            value={slug}
            onChange={(event) => {
              setTyped(event.target.value)
              setError(null)
            }}
          />
        </Field>
      )}
    </ActDialog>
  )
}
