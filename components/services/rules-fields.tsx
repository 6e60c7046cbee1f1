'use client'

import { useTranslations } from 'use-intl'
import { Button } from '@/components/ui/button'
import { describedBy, Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'
import { type PlaceKind, placeKinds } from '@/lib/services/rule-views'
import { type NeighbourDraft, type RulesDraft, readRules } from './rules-draft'

interface Props {
  value: RulesDraft
  onChange: (value: RulesDraft) => void
  /** Other services of the application. */
  services: readonly string[]
}

interface LineProps {
  line: NeighbourDraft
  index: number
  services: readonly string[]
  onChange: (line: NeighbourDraft) => void
  onRemove: () => void
}

function NeighbourLine({ line, index, services, onChange, onRemove }: LineProps) {
  const t = useTranslations()
  const id = (part: string) => `neighbour-${index}-${part}`
  const strengths = [
    { value: 'yes', label: t('rules.must') },
    { value: 'no', label: t('rules.would') },
  ]
  return (
    <div className="neighbour">
      <Select
        id={id('strength')}
        label={t('rules.strength')}
        value={line.required ? 'yes' : 'no'}
        onChange={(next) => onChange({ ...line, required: next === 'yes' })}
        options={strengths}
      />
      <Select
        id={id('side')}
        label={t('rules.side')}
        value={line.side}
        onChange={(next) => onChange({ ...line, side: next as NeighbourDraft['side'] })}
        options={(['near', 'apart'] as const).map((value) => ({ value, label: t(`rules.${value}`) }))}
      />
      <Select
        id={id('service')}
        label={t('services.service')}
        value={line.service || null}
        onChange={(service) => onChange({ ...line, service })}
        placeholder={t('config.choose')}
        options={services.map((value) => ({ value, label: value }))}
      />
      <Select
        id={id('on')}
        label={t('rules.on')}
        value={line.on}
        onChange={(next) => onChange({ ...line, on: next as PlaceKind })}
        options={placeKinds.map((value) => ({ value, label: t(`rules.same.${value}`) }))}
      />
      <Button icon="close" label={t('rules.removeLine')} onClick={onRemove} />
    </div>
  )
}

/** What a placement asks of its machines: how its units are spread, whom they are near to or apart from, which labels. */
export function RulesFields({ value, onChange, services }: Props) {
  const t = useTranslations()
  const { wrong } = readRules(value)
  const change = (next: Partial<RulesDraft>) => onChange({ ...value, ...next })
  const badLabels = wrong.includes('labels')
  const used = value.neighbours.map((line) => line.service)
  const free = services.filter((name) => !used.includes(name))
  const add = () => change({ neighbours: [...value.neighbours, { side: 'apart', service: free[0] ?? '', on: 'machine', required: true }] })
  return (
    <>
      <Field id="spread" label={t('rules.spread')} help={t('rules.spreadHelp')}>
        <Select
          id="spread"
          value={value.spread}
          onChange={(next) => change({ spread: next as PlaceKind })}
          options={placeKinds.map((one) => ({ value: one, label: t(`rules.over.${one}`) }))}
        />
      </Field>
      <Field
        id="neighbours"
        label={t('rules.neighbours')}
        help={services.length > 0 ? t('rules.neighboursHelp') : t('rules.noServices')}
        error={wrong.includes('neighbours') ? t('rules.neighboursRule') : undefined}
      >
        <div id="neighbours" className="stack tight">
          {value.neighbours.map((line, index) => (
            <NeighbourLine
              key={index}
              line={line}
              index={index}
              services={services}
              onChange={(next) => change({ neighbours: value.neighbours.map((one, at) => (at === index ? next : one)) })}
              onRemove={() => change({ neighbours: value.neighbours.filter((_, at) => at !== index) })}
            />
          ))}
          <span>
            <Button size="sm" icon="plus" why={free.length === 0 ? t('rules.noServices') : undefined} onClick={add}>
              {t('rules.add')}
            </Button>
          </span>
        </div>
      </Field>
      <Field id="labels" label={t('rules.labels')} help={t('rules.labelsHelp')} error={badLabels ? t('inventory.rule.labels') : undefined}>
        <textarea
          id="labels"
          className={badLabels ? 'input bad' : 'input'}
          rows={2}
          spellCheck={false}
          aria-invalid={badLabels || undefined}
          aria-describedby={describedBy('labels', badLabels, true)}
          value={value.labels}
          onChange={(event) => change({ labels: event.target.value })}
        />
      </Field>
    </>
  )
}
