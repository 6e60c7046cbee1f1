'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { paths } from '@/lib/paths'
import type { VariableChoice } from '@/lib/variables/views'

interface Props {
  choices: VariableChoice[]
  taken: string[]
  onChange: (taken: string[]) => void
  organizationSlug: string
  applicationSlug: string
}

/** Which of the application's variables its processes get: those that are ticked, no others. */
export function VariablePicker({ choices, taken, onChange, organizationSlug, applicationSlug }: Props) {
  const t = useTranslations()
  const toggle = (name: string) => onChange(taken.includes(name) ? taken.filter((one) => one !== name) : [...taken, name])
  // What is taken and not there would fail the plan; it can at least be let go of here.
  const missing = taken.filter((name) => !choices.some((one) => one.name === name))
  return (
    <section className="fs" id="section-variables">
      <h2>{t('variables.title')}</h2>
      <p>
        {t('variables.pickHelp')}{' '}
        <Link className="u" href={paths.variables(organizationSlug, applicationSlug)}>
          {t('variables.open')}
        </Link>
      </p>
      {choices.length + missing.length === 0 ? <p className="t3">{t('variables.noneHere')}</p> : null}
      <ul className="plain tight">
        {[...choices.map((one) => ({ ...one, there: true })), ...missing.map((name) => ({ name, secret: false, there: false }))].map(
          (one) => (
            <li key={one.name}>
              <label className="row">
                <input type="checkbox" className="tick-box" checked={taken.includes(one.name)} onChange={() => toggle(one.name)} />
                <span className="mono">{one.name}</span>
                {one.secret ? <span className="tag">{t('variables.secret')}</span> : null}
                {one.there ? null : <span className="text-red">{t('variables.gone')}</span>}
              </label>
            </li>
          ),
        )}
      </ul>
    </section>
  )
}
