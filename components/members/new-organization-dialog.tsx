'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { ActDialog } from '@/components/frame/act-dialog'
import { useAct } from '@/components/frame/use-act'
import { describedBy, Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { type NewOrganization, NewOrganizationSchema } from '@/lib/organizations/schema'
import { paths } from '@/lib/paths'
import type { Act } from '@/lib/views'
import { toSlug } from './to-slug'

export type MakeOrganization = Act<NewOrganization, { slug: string }>

/** An organisation of one's own with its first application; leads to it. */
export function NewOrganizationDialog({ make, close }: { make: MakeOrganization; close: () => void }) {
  const t = useTranslations()
  const router = useRouter()
  const [name, setName] = useState('')
  const [slug, setSlug] = useState<string | null>(null)
  const [application, setApplication] = useState('')
  const acting = useAct()
  const { error, setError } = acting
  const address = slug ?? toSlug(name)
  const draft = { name: name.trim(), slug: address, application: { name: application.trim(), slug: toSlug(application) } }
  const isSound = NewOrganizationSchema.safeParse(draft).success
  const isBadAddress = address !== '' && !NewOrganizationSchema.shape.slug.safeParse(address).success
  const slugError = isBadAddress ? t('members.addressRule') : error?.code === 'name_taken' ? t('members.addressTaken') : undefined
  const send = async () => {
    const answer = await make(draft)
    if (answer.ok) router.push(paths.organization(answer.data.slug))
    return answer
  }
  return (
    <ActDialog
      title={t('members.newOrganization')}
      verb={t('members.make')}
      why={isSound ? undefined : t('members.fillFirst')}
      acting={acting}
      act={send}
      close={close}
      toldElsewhere={(code) => code === 'name_taken'}
    >
      <Field id="organization-name" label={t('services.name')}>
        <Input id="organization-name" maxLength={80} value={name} onChange={(event) => setName(event.target.value)} />
      </Field>
      <Field id="organization-slug" label={t('machines.address')} help={t('members.addressHelp')} error={slugError}>
        <Input
          id="organization-slug"
          spellCheck={false}
          bad={slugError !== undefined}
          aria-describedby={describedBy('organization-slug', slugError, true)}
          value={address}
          onChange={(event) => {
            setSlug(event.target.value)
            setError(null)
          }}
        />
      </Field>
      <Field id="organization-application" label={t('members.firstApplication')} help={t('members.firstApplicationHelp')}>
        <Input id="organization-application" maxLength={80} value={application} onChange={(event) => setApplication(event.target.value)} />
      </Field>
    </ActDialog>
  )
}
