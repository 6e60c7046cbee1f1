'use client'

import { useFormatter, useLocale, useTranslations } from 'use-intl'
import type { ChangeWindow, Freeze, PolicyRules, StandingRules, Weekday } from '@/lib/policies/schema'
import { weekdays } from '@/lib/policies/schema'

/** The first of January 2024 was a Monday. */
const dayOf = (index: number) => new Date(Date.UTC(2024, 0, 1 + index))

export function usePolicyWords() {
  const t = useTranslations()
  const locale = useLocale()
  const format = useFormatter()
  const weekday = new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' })
  const dayName = (day: Weekday) => weekday.format(dayOf(weekdays.indexOf(day)))

  /** "Mon–Fri", or each by itself where they do not follow each other. */
  const daysOf = (days: readonly Weekday[]): string => {
    const found = weekdays.filter((day) => days.includes(day))
    const [first, last] = [found[0], found.at(-1)]
    if (!first || !last) return ''
    if (found.length === 7) return t('policies.everyDay')
    const isRow = weekdays.indexOf(last) - weekdays.indexOf(first) === found.length - 1
    return isRow && found.length > 2 ? `${dayName(first)}–${dayName(last)}` : found.map(dayName).join(', ')
  }
  const exact = (at: string) => format.dateTime(new Date(at), { dateStyle: 'medium', timeStyle: 'short' })
  const windowOf = ({ days, from, to, zone }: ChangeWindow) =>
    t(to < from ? 'policies.windowOver' : 'policies.window', { days: daysOf(days), from, to, zone })
  const freezeOf = ({ from, to, reason }: Freeze) => t('policies.freezeOf', { from: exact(from), to: exact(to), reason })
  const roleOf = ({ roles }: Pick<PolicyRules, 'roles'>) => t(`policies.who.${roles.length === 2 ? 'both' : (roles[0] ?? 'both')}`)

  return {
    dayName,
    exact,
    roleOf,
    /** What it asks, a sentence each. */
    sentences: (rules: PolicyRules): string[] => [
      rules.approvals === 0 ? t('policies.asksNobody') : t('policies.asks', { count: rules.approvals, who: roleOf(rules) }),
      ...(rules.windows.length === 0 ? [t('policies.anyTime')] : rules.windows.map(windowOf)),
      ...rules.freezes.map(freezeOf),
      ...(rules.expiryHours === null ? [] : [t('policies.decideWithin', { hours: rules.expiryHours })]),
    ],
    standing: (rules: StandingRules | null): string =>
      rules === null
        ? t('policies.standingDefault')
        : rules.kinds.length === 0
          ? t('policies.standingNone')
          : t('policies.standingOf', { kinds: rules.kinds.map((kind) => t(`policies.kind.${kind}`)).join(', '), units: rules.maxUnits }),
  }
}
