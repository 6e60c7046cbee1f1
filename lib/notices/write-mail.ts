import { createTranslator } from 'use-intl/core'
import { catalogues } from '@/lib/messages'
import { paths } from '@/lib/paths'
import { publicUrl } from './public-url'
import { type NoticeKind, type NoticeValues, NoticeValuesSchema } from './views'

export interface MailNotice {
  readonly kind: string
  readonly href: string
  readonly values: unknown
  readonly at: Date
}

export interface Mail {
  readonly subject: string
  readonly text: string
  readonly html: string
}

type Say = ReturnType<typeof sayIn>

const sayIn = (wanted: string | null) => {
  const locale = wanted === 'zh' ? 'zh' : 'en'
  return createTranslator({ locale, messages: catalogues[locale] })
}

/** What a notice says, in the words that the portal has for it. */
export function noticeText(say: Say, kind: NoticeKind, values: NoticeValues): string {
  const { by, number = 0, service = '', deploy, environment, what = '', count = 0, of = 0 } = values
  return say(`notices.say.${kind}`, {
    by,
    number,
    service,
    what,
    count,
    of,
    deploy: deploy ? say(`deploys.kind.${deploy}`) : '',
    environment: environment ? say(`environment.${environment}`) : '',
  })
}

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[sign] ?? '')

/** One notice, or several as a digest. Subjects are one line whatever somebody typed. */
export function writeMail(notices: readonly MailNotice[], locale: string | null): Mail {
  const say = sayIn(locale)
  const lines = notices.map(({ kind, href, values }) => ({
    text: noticeText(say, kind as NoticeKind, NoticeValuesSchema.parse(values)).replace(/\s+/g, ' '),
    url: publicUrl(href),
  }))
  const [first] = lines
  const subject = lines.length === 1 && first ? first.text : say('notices.digest', { count: lines.length })
  const foot = say('notices.mailFoot')
  const settings = publicUrl(paths.notices)
  const text = [...lines.map((line) => `${line.text}\n${line.url}`), `--\n${foot} ${settings}`].join('\n\n')
  const items = lines.map((line) => `<p>${escaped(line.text)}<br><a href="${escaped(line.url)}">${escaped(line.url)}</a></p>`).join('\n')
  const html = `${items}\n<p style="color:#6a6a64">${escaped(foot)} <a href="${escaped(settings)}">${escaped(settings)}</a></p>`
  return { subject: subject.slice(0, 200), text, html }
}
