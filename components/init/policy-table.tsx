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
export function PolicyTable({ policies, onChange, onEdit }: Props) {
  const t = useTranslations()
  const wordsOf = usePolicyWords()
  const move = (from: number, to: number) => {
    const next = [...policies]
    const [one] = next.splice(from, 1)
    if (one) next.splice(to, 0, one)
    onChange(next)
  }
  return (
    <table className="tbl inset" aria-label={t('init.title')}>
      <tbody>
        {policies.map(({ check }, index) => {
          const name = `${index + 1}, ${t(`init.kind.${check.kind}`)}`
          return (
            <tr key={index}>
              <td className="num t3">{index + 1}</td>
              <td className="b">{t(`init.kind.${check.kind}`)}</td>
              <td className="t2 whitespace-normal">{wordsOf(check)}</td>
              <td className="r">
                <span className="row end">
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
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
