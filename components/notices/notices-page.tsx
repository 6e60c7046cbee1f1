'use client'

import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useLocale, useTranslations } from 'use-intl'
import { MeTabs } from '@/components/accounts/me-tabs'
import { Page } from '@/components/frame/page'
import { PageHead } from '@/components/frame/page-head'
import { useAct } from '@/components/frame/use-act'
import { useFailure } from '@/components/frame/use-refusal'
import { Ago } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { Section } from '@/components/ui/section'
import { Select } from '@/components/ui/select'
import { Stone } from '@/components/ui/stone'
import { Switch } from '@/components/ui/switch'
import { Pager, Table } from '@/components/ui/table'
import { Void } from '@/components/ui/void'
import { type MailWay, mailWays, type NoticesView, type NoticeWays } from '@/lib/notices/views'
import type { Act } from '@/lib/views'
import { useNoticeText } from './use-notice-text'

type Locale = 'en' | 'zh'
type SetWays = Act<{ organization: string | null; ways: NoticeWays; locale?: Locale }>

interface Props {
  view: NoticesView
  actions: { read: Act<{ ids?: string[] }>; setWays: SetWays }
}

/** What concerned oneself, and how one wants to hear of it. */
export function NoticesPage({ view, actions }: Props) {
  const t = useTranslations()
  const router = useRouter()
  const failure = useFailure()
  const say = useNoticeText()
  const { busy, error, run } = useAct()
  const read = async (ids?: string[]) => {
    await run(() => actions.read(ids ? { ids } : {}))
    router.refresh()
  }
  return (
    <Page crumb={[{ label: t('me.title') }, { label: t('notices.title') }]}>
      <PageHead
        title={t('notices.title')}
        acts={
          view.unread > 0 ? (
            <Button busy={busy} onClick={() => void read()}>
              {t('notices.readAll')}
            </Button>
          ) : null
        }
      />
      <MeTabs current="notices" />
      {error ? <Notice tone="red" role="alert" title={failure(error)} /> : null}
      {view.items.length === 0 ? (
        <Void kind="none-yet" title={t('notices.none')}>
          {t('notices.noneHelp')}
        </Void>
      ) : (
        <>
          <Table
            label={t('notices.title')}
            rows={view.items}
            keyOf={(one) => one.id}
            columns={[
              {
                key: 'what',
                head: t('notices.what'),
                className: 'name',
                cell: (one) => (
                  <span className="row">
                    {one.isRead ? null : <Stone shape="ring" tone="blue" label={t('notices.unread')} />}
                    <Link
                      className={one.isRead ? 'lines t2' : 'lines b'}
                      href={one.href}
                      onClick={() => void (one.isRead ? undefined : read([one.id]))}
                    >
                      {say(one)}
                    </Link>
                  </span>
                ),
              },
              { key: 'in', head: t('notices.in'), wide: true, cell: (one) => <span className="t2">{one.organization?.name ?? '–'}</span> },
              { key: 'at', head: t('notices.when'), right: true, cell: (one) => <Ago at={one.at} className="t3 num" /> },
            ]}
          />
          <Pager next={view.next} previous={view.previous}>
            {t('ui.rowsShown', { count: view.items.length })}
          </Pager>
        </>
      )}
      {view.platform ? <Ways view={view} settings={{ organization: null, ways: view.platform }} set={actions.setWays} /> : null}
      {view.settings.map((settings) => (
        <Ways key={settings.organization.slug} view={view} settings={settings} set={actions.setWays} />
      ))}
    </Page>
  )
}

interface Settings extends Pick<NoticesView['settings'][number], 'ways'> {
  /** Null: of the platform. */
  organization: NoticesView['settings'][number]['organization'] | null
}

function Ways({ view, settings: { organization, ways: saved }, set }: { view: NoticesView; settings: Settings; set: SetWays }) {
  const t = useTranslations()
  const failure = useFailure()
  const router = useRouter()
  const locale = useLocale() === 'zh' ? 'zh' : 'en'
  const slug = organization?.slug ?? null
  const [ways, setWays] = useState(saved)
  const { busy, error, run } = useAct()
  const isSame = JSON.stringify(ways) === JSON.stringify(saved)
  const change = (kind: string, part: { portal?: boolean; mail?: MailWay }) =>
    setWays(ways.map((way) => (way.kind === kind ? { ...way, ...part, isOwn: true } : way)))
  const save = async () => {
    const own = Object.fromEntries(ways.filter((way) => way.isOwn).map(({ kind, portal, mail }) => [kind, { portal, mail }]))
    if ((await run(() => set({ organization: slug, ways: own, locale }))).ok) router.refresh()
  }
  return (
    <Section
      title={t('notices.settings')}
      hint={organization ? t('notices.settingsHint', { organization: organization.name }) : t('notices.settingsOfPlatform')}
      end={
        <Button size="sm" busy={busy} why={isSame ? t('init.unchanged') : undefined} onClick={() => void save()}>
          {t('notices.save')}
        </Button>
      }
    >
      <p className="t2 mb-2">{view.hasMail ? t('notices.mailTo', { email: view.email }) : t('notices.noMail')}</p>
      {error ? <Notice tone="red" role="alert" title={failure(error)} /> : null}
      <Table
        label={t('notices.settings')}
        rows={ways}
        keyOf={(way) => way.kind}
        columns={[
          {
            key: 'kind',
            head: t('notices.hear'),
            className: 'name',
            cell: (way) => <span className="lines">{t(`notices.kind.${way.kind}`)}</span>,
          },
          {
            key: 'portal',
            head: t('notices.portal'),
            cell: (way) => (
              <Switch
                id={`${slug ?? ''}-${way.kind}`}
                label={`${t(`notices.kind.${way.kind}`)}: ${t('notices.portal')}`}
                checked={way.portal}
                onChange={(portal) => change(way.kind, { portal })}
              />
            ),
          },
          {
            key: 'mail',
            head: t('notices.mail'),
            cell: (way) => (
              <span className="how">
                <Select
                  id={`${slug ?? ''}-${way.kind}-mail`}
                  label={`${t(`notices.kind.${way.kind}`)}: ${t('notices.mail')}`}
                  value={way.mail}
                  onChange={(mail) => change(way.kind, { mail: mail as MailWay })}
                  options={mailWays.map((one) => ({ value: one, label: t(`notices.way.${one}`) }))}
                />
              </span>
            ),
          },
        ]}
      />
    </Section>
  )
}
