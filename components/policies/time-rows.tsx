'use client'

import { useTimeZone, useTranslations } from 'use-intl'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { type ChangeWindow, weekdays } from '@/lib/policies/schema'
import { newFreeze, newWindow, type PolicyDraft } from './policy-draft'
import { usePolicyWords } from './policy-words'

interface Rows<T> {
  change: (rows: T[]) => void
  /** By `windows.0.to`. */
  errors: Readonly<Record<string, string>>
}

const zones = (): string[] => Intl.supportedValuesOf('timeZone')

/** The first of these places that is wrong. */
const wrongOf = (errors: Rows<unknown>['errors'], list: string, row: number): string | undefined =>
  ['days', 'from', 'to', 'zone', 'reason'].find((part) => errors[`${list}.${row}.${part}`] !== undefined)

const replaced = <T,>(rows: readonly T[], at: number, part: Partial<T>): T[] =>
  rows.map((row, index) => (index === at ? { ...row, ...part } : row))

/** Hours of the week in which changes may start. */
export function WindowRows({ windows, change, errors }: Rows<ChangeWindow> & { windows: ChangeWindow[] }) {
  const t = useTranslations()
  const zone = useTimeZone() ?? 'UTC'
  return (
    <Field id="policy-windows" label={t('policies.windows')} help={t('policies.windowsHelp')}>
      <div className="stack" id="policy-windows">
        {windows.map((window, index) => (
          <WindowRow
            key={index}
            window={window}
            wrong={wrongOf(errors, 'windows', index)}
            change={(part) => change(replaced(windows, index, part))}
            remove={() => change(windows.filter((_, other) => other !== index))}
          />
        ))}
        <span>
          <Button size="sm" icon="plus" onClick={() => change([...windows, newWindow(zone)])}>
            {t('policies.addWindow')}
          </Button>
        </span>
        <datalist id="zones">
          {zones().map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      </div>
    </Field>
  )
}

interface WindowRowProps {
  window: ChangeWindow
  wrong: string | undefined
  change: (part: Partial<ChangeWindow>) => void
  remove: () => void
}

function WindowRow({ window, wrong, change, remove }: WindowRowProps) {
  const t = useTranslations()
  const { dayName } = usePolicyWords()
  const { days, from, to, zone } = window
  return (
    <div className="stack">
      <fieldset className="seg" aria-label={t('policies.days')}>
        {weekdays.map((day) => (
          <button
            key={day}
            type="button"
            aria-pressed={days.includes(day)}
            onClick={() => change({ days: weekdays.filter((other) => (other === day) !== days.includes(other)) })}
          >
            {dayName(day)}
          </button>
        ))}
      </fieldset>
      <span className="times">
        <Input type="time" aria-label={t('policies.from')} value={from} onChange={(event) => change({ from: event.target.value })} />
        <Input
          type="time"
          aria-label={t('policies.to')}
          bad={wrong === 'to'}
          value={to === '24:00' ? '00:00' : to}
          onChange={(event) => change({ to: event.target.value === '00:00' ? '24:00' : event.target.value })}
        />
        <Input
          aria-label={t('policies.zone')}
          list="zones"
          bad={wrong === 'zone'}
          value={zone}
          onChange={(event) => change({ zone: event.target.value })}
        />
        <Button size="sm" icon="close" label={t('policies.removeWindow')} onClick={remove} />
      </span>
      {wrong ? (
        <span className="text-red" role="alert">
          {t(`policies.wrong.${wrong}` as never)}
        </span>
      ) : to < from ? (
        <span className="t3 f12">{t('policies.overMidnight')}</span>
      ) : null}
    </div>
  )
}

type FreezeDraft = PolicyDraft['freezes'][number]

/** Times in which nothing starts, in the reader's own zone. */
export function FreezeRows({ freezes, change, errors }: Rows<FreezeDraft> & { freezes: FreezeDraft[] }) {
  const t = useTranslations()
  const zone = useTimeZone() ?? 'UTC'
  return (
    <Field id="policy-freezes" label={t('policies.freezes')} help={t('policies.freezesHelp', { zone })}>
      <div className="stack" id="policy-freezes">
        {freezes.map((freeze, index) => (
          <FreezeRow
            key={index}
            freeze={freeze}
            wrong={wrongOf(errors, 'freezes', index)}
            change={(part) => change(replaced(freezes, index, part))}
            remove={() => change(freezes.filter((_, other) => other !== index))}
          />
        ))}
        <span>
          <Button size="sm" icon="plus" onClick={() => change([...freezes, newFreeze()])}>
            {t('policies.addFreeze')}
          </Button>
        </span>
      </div>
    </Field>
  )
}

interface FreezeRowProps {
  freeze: FreezeDraft
  wrong: string | undefined
  change: (part: Partial<FreezeDraft>) => void
  remove: () => void
}

function FreezeRow({ freeze: { from, to, reason }, wrong, change, remove }: FreezeRowProps) {
  const t = useTranslations()
  return (
    <div className="stack">
      <span className="times">
        <Input
          type="datetime-local"
          aria-label={t('policies.from')}
          bad={wrong === 'from'}
          value={from}
          onChange={(event) => change({ from: event.target.value })}
        />
        <Input
          type="datetime-local"
          aria-label={t('policies.to')}
          bad={wrong === 'to'}
          value={to}
          onChange={(event) => change({ to: event.target.value })}
        />
        <Input
          aria-label={t('plan.why')}
          placeholder={t('plan.why')}
          maxLength={200}
          bad={wrong === 'reason'}
          value={reason}
          onChange={(event) => change({ reason: event.target.value })}
        />
        <Button size="sm" icon="close" label={t('policies.removeFreeze')} onClick={remove} />
      </span>
      {wrong ? (
        <span className="text-red" role="alert">
          {t(`policies.wrong.${wrong}` as never)}
        </span>
      ) : null}
    </div>
  )
}
