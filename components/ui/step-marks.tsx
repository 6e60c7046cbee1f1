import { Fragment } from 'react'

interface Props {
  label: string
  steps: readonly string[]
  /** Index of the step one is at. */
  at: number
}

/** Where one is on a way of several pages. */
export const StepMarks = ({ label, steps, at }: Props) => (
  <ol className="steps only-l" aria-label={label}>
    {steps.map((step, i) => (
      <Fragment key={step}>
        {i > 0 ? <i aria-hidden="true" /> : null}
        <li className={i < at ? 'done' : i === at ? 'now' : ''} aria-current={i === at ? 'step' : undefined}>
          <em>{i + 1}</em>
          {step}
        </li>
      </Fragment>
    ))}
  </ol>
)
