'use client'

import { useTranslations } from 'use-intl'
import { useSay } from '@/components/frame/use-refusal'
import { Badge, Status } from '@/components/status/status'
import { Stone } from '@/components/ui/stone'
import type { RouteRow } from '@/lib/routes/views'

type Part = Pick<RouteRow, 'state' | 'why'>

/** Why it does not answer, in the reader's words. */
export function useAnswer() {
  const say = useSay()
  return ({ why }: Pick<Part, 'why'>): string | null => (why ? say(`routes.answers.${why.code}`, why.values) : null)
}

export function RouteStatus({ route }: { route: Part }) {
  const answer = useAnswer()(route)
  return (
    <span className="row">
      <Status noun="route" state={route.state} />
      {answer ? <span className="t3 f12 cut">{answer}</span> : null}
    </span>
  )
}

export const RouteBadge = ({ route }: { route: Part }) => <Badge noun="route" state={route.state} />

export function Leads({ rules }: Pick<RouteRow, 'rules'>) {
  return (
    <span className="grid">
      {rules.map(({ path, match, service, port }) => (
        <span key={`${path} ${match}`} className="mono t2">
          {path}
          {match === 'exact' ? ' =' : ''} → {service}:{port}
        </span>
      ))}
    </span>
  )
}

/** So many days before its end a certificate asks for another one. */
const soonDays = 30

export function TlsMark({ tls }: Pick<RouteRow, 'tls'>) {
  const t = useTranslations()
  if (tls.kind === 'none') return <span className="t3">{t('routes.tls.none')}</span>
  if (tls.kind === 'issuer') return <span className="t2">{t('routes.issuedBy', { name: tls.issuer?.name ?? '' })}</span>
  const days = tls.certificate?.daysLeft ?? 0
  const tone = days < 0 ? 'red' : days < soonDays ? 'amber' : ''
  const word = days < 0 ? t('routes.ended') : t('routes.endsIn', { days })
  if (!tone) return <span className="t2">{word}</span>
  return (
    <span className={`st ${tone}`}>
      <Stone shape={tone === 'red' ? 'bad' : 'warn'} />
      {word}
    </span>
  )
}
