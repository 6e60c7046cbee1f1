'use client'

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useDeferredValue, useState } from 'react'
import { useTranslations } from 'use-intl'
import { fetchJson } from '@/components/frame/fetch-json'
import { FilterInput } from '@/components/ui/filter-input'
import { api, paths } from '@/lib/paths'
import { type VariableChoice, VariablesSchema } from '@/lib/variables/views'
import type { Environment } from '@/lib/views'

interface Props {
  choices: VariableChoice[]
  taken: string[]
  environment: Environment | undefined
  onChange: (taken: string[]) => void
  organizationSlug: string
  applicationSlug: string
}

/** More than these are looked for by name; so many are shown. */
const few = 20

/** What is ticked, and what fits the text: of what is here, and of what only the hub knows. */
function useVariables(props: Omit<Props, 'onChange'>) {
  const { choices, taken, environment, organizationSlug: org, applicationSlug: app } = props
  const [text, setText] = useState('')
  const query = useDeferredValue(text.trim())
  const { data } = useQuery({
    queryKey: ['variables', org, app, query],
    enabled: query !== '',
    queryFn: ({ signal }) => fetchJson(`${api.variables(org, app)}?q=${encodeURIComponent(query)}`, VariablesSchema, signal),
    placeholderData: (before) => before,
  })
  const known = [...choices, ...(data?.items ?? [])].filter((one) => one.environment === environment)
  const all = [...new Map(known.map((one) => [one.name, one])).values()]
  const fits = ({ name }: VariableChoice) => name.toLowerCase().includes(query.toLowerCase())
  const rest = all.filter((one) => !taken.includes(one.name) && fits(one))
  const found = choices.length > few ? [...all.filter((one) => taken.includes(one.name)), ...rest.slice(0, few)] : all
  return { text, setText, found }
}

/** Which of the application's variables its processes get: those that are ticked, no others. */
export function VariablePicker({ choices, taken, environment, onChange, organizationSlug, applicationSlug }: Props) {
  const t = useTranslations()
  const { text, setText, found } = useVariables({ choices, taken, environment, organizationSlug, applicationSlug })
  const toggle = (name: string) => onChange(taken.includes(name) ? taken.filter((one) => one !== name) : [...taken, name])
  // What is taken and not there would fail the plan; it can at least be let go of here.
  const missing = taken.filter((name) => !choices.some((one) => one.name === name) && !found.some((one) => one.name === name))
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
      {choices.length > few ? <FilterInput label={t('variables.filter')} value={text} onChange={setText} /> : null}
      <ul className="plain tight">
        {[...found.map((one) => ({ ...one, there: true })), ...missing.map((name) => ({ name, secret: false, there: false }))].map(
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
