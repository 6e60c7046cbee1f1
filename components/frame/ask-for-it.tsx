'use client'

import { usePathname } from 'next/navigation'
import { useTranslations } from 'use-intl'
import { ButtonLink } from '@/components/ui/button'
import { type Permission, policy } from '@/lib/auth/policy'
import { paths } from '@/lib/paths'

/** Leads to where the role that has a permission can be asked for; nothing where none of the organisation has it. */
export function AskForIt({ permission }: { permission: string }) {
  const t = useTranslations()
  const org = /^\/o\/([^/]+)/.exec(usePathname())?.[1]
  const role = (policy[permission as Permission]?.roles as readonly string[] | undefined)?.find((one) => one !== 'owner')
  if (!org || !role) return null
  return <ButtonLink href={`${paths.members(decodeURIComponent(org))}?ask=${role}`}>{t('members.askForIt')}</ButtonLink>
}
