'use client'

import { type PointerEvent, type ReactNode, useState } from 'react'
import { useFormatter, useTranslations } from 'use-intl'
import { useTimeWords } from '@/components/ui/use-time-words'
import { shapeOf, toldBy, type Values } from './chart-shape'

interface Props {
  label: string
  values: Values
  /** Time at which the first slot begins. */
  from: string
  slotMs: number
  /** What it has or may take; 0 = nothing is said. */
  ceiling: number
  format: (value: number) => string
  /** In rows the figure stands beside the line, else above it. */
  tall?: boolean
  /** Beside the newest figure. */
  of?: ReactNode
}

function useWords({ label, values, from, slotMs, format }: Props) {
  const t = useTranslations()
  const formatter = useFormatter()
  const words = useTimeWords()
  const told = toldBy(values)
  const clock = (index: number) =>
    formatter.dateTime(Date.parse(from) + index * slotMs, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const alternative = told.most
    ? [
        t('usage.now', { label, value: told.now === null ? t('usage.unknown') : format(told.now) }),
        t('usage.most', { value: format(told.most.value), time: clock(told.most.index) }),
        told.unknown > 0 ? t('usage.gaps', { time: words.lasts(told.unknown * slotMs) }) : null,
      ]
    : [t('usage.noneOf', { label })]
  return { told, clock, alternative: alternative.filter(Boolean).join(' ') }
}

/** One measure over a day. Under the pointer its figure gives way to the one of that moment. */
export function Spark(props: Props) {
  const { values, ceiling, format, tall, of } = props
  const t = useTranslations()
  const [at, setAt] = useState<number | null>(null)
  const { told, clock, alternative } = useWords(props)
  const { line, area, top } = shapeOf(values, ceiling)
  const point = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    const index = Math.floor(((event.clientX - box.left) / box.width) * values.length)
    setAt(Math.max(0, Math.min(values.length - 1, index)))
  }
  const pointed = at === null ? null : (values[at] ?? null)
  const figure =
    at === null ? (
      <>
        {told.now === null ? '–' : format(told.now)} {of ? <span className="t3">{of}</span> : null}
      </>
    ) : (
      <>
        {pointed === null ? t('usage.unknown') : format(pointed)} <span className="t3">{clock(at)}</span>
      </>
    )
  return (
    <span className={tall ? 'spark tall' : 'spark'}>
      <svg
        viewBox={`0 -4 ${values.length - 1} 108`}
        preserveAspectRatio="none"
        role="img"
        aria-label={alternative}
        onPointerMove={point}
        onPointerLeave={() => setAt(null)}
      >
        <path className="base" d={`M0 100H${values.length - 1}`} />
        {ceiling > 0 && ceiling < top ? <path className="limit" d={`M0 ${100 - (ceiling / top) * 100}H${values.length - 1}`} /> : null}
        <path className="area" d={area} />
        <path className="line" d={line} />
        {at === null ? null : <path className="at" d={`M${at} 0V100`} />}
      </svg>
      <span className="num">{figure}</span>
    </span>
  )
}
