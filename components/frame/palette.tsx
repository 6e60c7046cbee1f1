'use client'

import { Autocomplete } from '@base-ui/react/autocomplete'
import { Dialog } from '@base-ui/react/dialog'
import { useQuery } from '@tanstack/react-query'
import { usePathname, useRouter } from 'next/navigation'
import { useDeferredValue, useState } from 'react'
import { useTranslations } from 'use-intl'
import { Icon } from '@/components/ui/icon'
import { type Found, FoundListSchema, type FrameView } from '@/lib/organizations/views'
import { api } from '@/lib/paths'
import { fetchJson } from './fetch-json'
import { type PaletteGroup, type PaletteItem, usePaletteItems } from './palette-items'
import { PaletteRow } from './palette-row'
import { splitVerb } from './palette-verb'

interface Props {
  open: boolean
  onClose: () => void
  frame: FrameView
}

const useFound = (org: string | undefined, query: string) =>
  useQuery<Found[]>({
    queryKey: ['find', org, query],
    enabled: org !== undefined && query.length > 0,
    queryFn: ({ signal }) => fetchJson(`${api.find(org ?? '')}?q=${encodeURIComponent(query)}`, FoundListSchema, signal),
    placeholderData: (before) => before,
    retry: false,
  })

/** The verbs of services, as one would type them before a name. */
function useVerbs() {
  const t = useTranslations()
  return (['upgrade', 'configure', 'scale', 'resize', 'restart', 'start', 'stop', 'promote', 'rollback'] as const).map((act) => ({
    act,
    word: t(`services.act.${act}`),
  }))
}

function PaletteBox({ onClose, frame }: Omit<Props, 'open'>) {
  const t = useTranslations()
  const router = useRouter()
  const pathname = usePathname()
  const [text, setText] = useState('')
  const verbs = useVerbs()
  const { act, rest: query } = splitVerb(useDeferredValue(text.replace(/^>\s*/, '').trim()), verbs)
  const found = useFound(frame.organization?.slug, query)
  const groups = usePaletteItems({ frame, pathname, query, actionsOnly: text.startsWith('>'), act, found: query ? (found.data ?? []) : [] })
  const select = (item: PaletteItem, event: { ctrlKey?: boolean; metaKey?: boolean }) => {
    if (item.why) return
    onClose()
    if (event.ctrlKey || event.metaKey) window.open(item.href, '_blank')
    else router.push(item.href)
  }
  return (
    <Autocomplete.Root<PaletteItem>
      inline
      open
      items={groups as never}
      mode="none"
      value={text}
      onValueChange={setText}
      autoHighlight="always"
      itemToStringValue={(item) => item.label}
    >
      <div className="q">
        <Icon name="search" />
        {/* At once: what is typed right after the key must not be lost, nor heard as keys of the page. */}
        <Autocomplete.Input autoFocus className="grow" placeholder={t('palette.placeholder')} aria-label={t('palette.title')} />
        <kbd>Esc</kbd>
      </div>
      <Autocomplete.Empty>{query ? <div className="pal-none">{t('palette.nothing', { query })}</div> : null}</Autocomplete.Empty>
      <Autocomplete.List className="pal-l">
        {(group: PaletteGroup) => (
          <Autocomplete.Group key={group.key} items={group.items}>
            <Autocomplete.GroupLabel className="g">{group.label}</Autocomplete.GroupLabel>
            <Autocomplete.Collection>
              {(item: PaletteItem) => (
                <Autocomplete.Item
                  key={item.key}
                  value={item}
                  className={item.why ? 'it off' : 'it'}
                  onClick={(event) => select(item, event)}
                >
                  <PaletteRow item={item} query={query} />
                </Autocomplete.Item>
              )}
            </Autocomplete.Collection>
          </Autocomplete.Group>
        )}
      </Autocomplete.List>
      <footer className="only-l">
        <span className="row">
          <kbd>↑</kbd>
          <kbd>↓</kbd>
          {t('palette.move')}
        </span>
        <span className="row">
          <kbd>↵</kbd>
          {t('palette.go')}
        </span>
        <span className="row">
          <kbd>Ctrl ↵</kbd>
          {t('palette.newTab')}
        </span>
        <span className="grow" />
        <span className="row">
          <kbd>&gt;</kbd>
          {t('palette.actionsOnly')}
        </span>
      </footer>
    </Autocomplete.Root>
  )
}

export const Palette = ({ open, onClose, frame }: Props) => {
  const t = useTranslations()
  return (
    <Dialog.Root open={open} onOpenChange={(next) => (next ? undefined : onClose())}>
      <Dialog.Portal>
        <Dialog.Backdrop className="scrim" />
        <Dialog.Popup className="pal" aria-label={t('palette.title')}>
          <PaletteBox onClose={onClose} frame={frame} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
