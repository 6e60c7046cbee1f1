'use client'

import { useTranslations } from 'use-intl'
import { Button } from '@/components/ui/button'
import type { InitPolicyInput } from '@/lib/init/views'
import { usePolicyWords } from './use-policy-words'

interface Props {
  policies: readonly InitPolicyInput[]
  onChange: (policies: InitPolicyInput[]) => void
  onEdit: (index: number) => void
}

/** The policies in their order: each moved, changed or taken out. */
export function PolicyList({ policies, onChange, onEdit }: Props) {
  const t = useTranslations()
  const wordsOf = usePolicyWords()
  const move = (from: number, to: number) => {
    const next = [...policies]
    const [one] = next.splice(from, 1)
    if (one) next.splice(to, 0, one)
    onChange(next)
  }
  return (
    <ol className="policies" aria-label={t('init.title')}>
      {policies.map(({ check }, index) => {
        const name = `${index + 1}, ${t(`init.kind.${check.kind}`)}`
        return (
          <li key={index}>
            <span className="num t3">{index + 1}</span>
            <span className="what">
              <span className="b">{t(`init.kind.${check.kind}`)}</span> <span className="t2">{wordsOf(check)}</span>
            </span>
            <span className="acts">
              <Button
                size="sm"
                tone="ghost"
                icon="up-arrow"
                label={t('init.up', { name })}
                why={index === 0 ? t('init.isFirst') : undefined}
                onClick={() => move(index, index - 1)}
              />
              <Button
                size="sm"
                tone="ghost"
                icon="down-arrow"
                label={t('init.down', { name })}
                why={index === policies.length - 1 ? t('init.isLast') : undefined}
                onClick={() => move(index, index + 1)}
              />
              <Button
                size="sm"
                tone="ghost"
                icon="trash"
                label={t('init.remove', { name })}
                onClick={() => onChange(policies.filter((_, at) => at !== index))}
              />
              <Button size="sm" onClick={() => onEdit(index)}>
                {t('init.change')}
              </Button>
            </span>
          </li>
        )
      })}
    </ol>
  )
}
