'use client'

import { usePathname } from 'next/navigation'
import { useTranslations } from 'use-intl'
import { Icon } from '@/components/ui/icon'
import { Mark } from '@/components/ui/mark'
import { Menu, type MenuItem } from '@/components/ui/menu'
import type { FrameView } from '@/lib/organizations/views'
import { paths } from '@/lib/paths'
import { applicationOf } from './nav'

/** Organisation and application: where everything below takes place. */
export function Switcher({ frame }: { frame: FrameView }) {
  const t = useTranslations()
  const application = applicationOf(frame, usePathname())
  const groups = frame.organizations.map((organization): MenuItem[] => [
    {
      key: organization.slug,
      label: <b className="b">{organization.name}</b>,
      hint: t('nav.allApplications'),
      checked: organization.slug === frame.organization?.slug && !application,
      href: paths.organization(organization.slug),
    },
    ...organization.applications.map((one) => ({
      key: `${organization.slug}/${one.slug}`,
      label: one.name,
      checked: organization.slug === frame.organization?.slug && one.slug === application?.slug,
      href: paths.application(organization.slug, one.slug),
    })),
  ])
  return (
    <Menu
      groups={groups}
      trigger={
        <button type="button" className="switch" title={t('nav.switch')}>
          <Mark />
          <span className="cut">
            <b>{frame.organization?.name ?? t('nav.platform')}</b>
            {frame.organization ? (
              <>
                {' '}
                <span className="sep">/</span> {application?.name ?? t('nav.allApplications')}
              </>
            ) : null}
          </span>
          <span className="grow" />
          <Icon name="chevrons" size={14} />
        </button>
      }
    />
  )
}
