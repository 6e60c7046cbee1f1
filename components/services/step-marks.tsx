'use client'

import { Fragment } from 'react'
import { useTranslations } from 'use-intl'

const steps = ['package', 'configure', 'review'] as const

export function StepMarks({ step }: { step: (typeof steps)[number] }) {
  const t = useTranslations()
  const at = steps.indexOf(step)
  return (
    <ol className="steps only-l" aria-label={t('services.steps')}>
      {steps.map((one, i) => (
        <Fragment key={one}>
          {i > 0 ? <i aria-hidden="true" /> : null}
          <li className={i < at ? 'done' : i === at ? 'now' : ''} aria-current={i === at ? 'step' : undefined}>
            <em>{i + 1}</em>
            {t(`services.step.${one}`)}
          </li>
        </Fragment>
      ))}
    </ol>
  )
}
