'use client'

import { Dialog } from '@base-ui/react/dialog'
import { usePathname, useRouter } from 'next/navigation'
import { type ReactNode, useEffect, useMemo, useState } from 'react'
import { useTranslations } from 'use-intl'
import { Limits } from '@/components/machines/freshness'
import type { FrameView } from '@/lib/organizations/views'
import { paths } from '@/lib/paths'
import { FrameContext } from './frame-context'
import { KeysDialog } from './keys-dialog'
import { LivePage, LiveProvider } from './live'
import { applicationOf, navEntries, platformEntries } from './nav'
import { OnTheWay } from './on-the-way'
import { Palette } from './palette'
import { Side } from './side'
import { SignInAgain } from './sign-in-again'
import { useKeys } from './use-keys'

interface Props {
  frame: FrameView
  signOut: () => Promise<void>
  children: ReactNode
}

/** Ctrl-K and ⌘K open the palette even while somebody types. */
function usePaletteKey(open: () => void) {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        open()
      }
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [open])
}

export function Frame({ frame, signOut, children }: Props) {
  const t = useTranslations()
  const router = useRouter()
  const pathname = usePathname()
  const [open, setOpen] = useState<'palette' | 'keys' | 'side' | null>(null)
  const tools = useMemo(
    () => ({ frame, openPalette: () => setOpen('palette'), openKeys: () => setOpen('keys'), openSide: () => setOpen('side') }),
    [frame],
  )
  usePaletteKey(tools.openPalette)
  // Only the drawer: a palette opened in the same moment as the page changes is for the new page.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it closes when the page changes
  useEffect(() => setOpen((now) => (now === 'side' ? null : now)), [pathname])

  const application = applicationOf(frame, pathname) ?? frame.organization?.applications[0]
  const go = Object.fromEntries(
    [...navEntries(frame, pathname), ...platformEntries(frame)].map((entry) => [`g ${entry.go}`, () => router.push(entry.href)]),
  )
  useKeys({
    ...go,
    '?': tools.openKeys,
    '/': () => document.querySelector<HTMLInputElement>('[data-filter-box]')?.focus(),
    c:
      frame.organization && application && frame.gates.createService.allowed
        ? () => frame.organization && router.push(paths.newService(frame.organization.slug, application.slug))
        : undefined,
  })
  const side = <Side frame={frame} signOut={signOut} onKeys={tools.openKeys} />
  return (
    <FrameContext value={tools}>
      <OnTheWay />
      <LiveProvider>
        <Limits value={frame.limits}>
          <SignInAgain userId={frame.user.id}>
            <nav aria-label={t('nav.skip')}>
              <a className="skip" href="#page">
                {t('nav.skip')}
              </a>
            </nav>
            <div className="frame">
              <aside className="side" aria-label={t('nav.side')}>
                {side}
              </aside>
              <main className="main">{children}</main>
            </div>
            <Dialog.Root open={open === 'side'} onOpenChange={(next) => setOpen(next ? 'side' : null)}>
              <Dialog.Portal>
                <Dialog.Backdrop className="scrim" />
                <Dialog.Popup className="side drawer" aria-label={t('nav.main')}>
                  {side}
                </Dialog.Popup>
              </Dialog.Portal>
            </Dialog.Root>
            <Palette open={open === 'palette'} onClose={() => setOpen(null)} frame={frame} />
            <KeysDialog frame={frame} open={open === 'keys'} onClose={() => setOpen(null)} />
            <LivePage topic={`user:${frame.user.id}`} />
          </SignInAgain>
        </Limits>
      </LiveProvider>
    </FrameContext>
  )
}
