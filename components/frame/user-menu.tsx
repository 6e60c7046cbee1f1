'use client'

import { useRouter } from 'next/navigation'
import { type ReactElement, useEffect, useState } from 'react'
import { useLocale, useTranslations } from 'use-intl'
import { Menu } from '@/components/ui/menu'
import { localeNames, locales } from '@/lib/messages'
import type { FrameView } from '@/lib/organizations/views'
import { paths } from '@/lib/paths'
import { applyTheme, rememberPreference, type Theme, themes } from './preferences'

interface Props {
  frame: FrameView
  signOut: () => Promise<void>
  children: ReactElement<Record<string, unknown>>
}

export function UserMenu({ frame, signOut, children }: Props) {
  const t = useTranslations()
  const router = useRouter()
  const locale = useLocale()
  const [theme, setTheme] = useState<Theme>('system')
  useEffect(() => setTheme((document.documentElement.dataset.theme as Theme | undefined) ?? 'system'), [])
  const choose = (next: Theme) => {
    applyTheme(next)
    setTheme(next)
  }
  return (
    <Menu
      trigger={children}
      groups={[
        themes.map((one) => ({ key: one, label: t(`theme.${one}`), checked: one === theme, onSelect: () => choose(one) })),
        locales.map((one) => ({
          key: one,
          label: localeNames[one],
          checked: one === locale,
          onSelect: () => {
            rememberPreference('locale', one)
            router.refresh()
          },
        })),
        [
          { key: 'me', label: t('me.link'), icon: 'key' as const, href: paths.me },
          ...(frame.demoPeopleHref
            ? [{ key: 'people', label: t('accounts.otherPerson'), icon: 'people' as const, href: frame.demoPeopleHref }]
            : []),
          { key: 'out', label: t('accounts.signOut'), icon: 'sign-out' as const, onSelect: () => void signOut() },
        ],
      ]}
    />
  )
}
