'use client'

import { Combobox } from '@base-ui/react/combobox'
import { useTranslations } from 'use-intl'
import { Icon } from './icon'
import { type Option, OptionText, type SelectProps } from './select-option'

/** Of thousands that fit a word nobody reads on; another letter finds it. */
const mostShown = 100

const wordsOf = ({ label, note, value }: Option): string =>
  [label, note, typeof label === 'string' ? '' : value].filter((part) => typeof part === 'string').join(' ')

interface Props extends SelectProps {
  /** Options are looked up for what is typed; without it they are all here. */
  onSearch?: (text: string) => void
}

/** One of many, found by typing a part of it. */
export function SearchSelect({ id, value, onChange, options, placeholder, bad, describedBy, label, onSearch }: Props) {
  const t = useTranslations()
  const chosen = options.find((option) => option.value === value) ?? null
  return (
    <Combobox.Root<Option>
      items={options}
      value={chosen}
      onValueChange={(next) => (next === null ? undefined : onChange(next.value))}
      itemToStringLabel={wordsOf}
      isItemEqualToValue={(one, other) => one.value === other.value}
      limit={mostShown}
      autoHighlight
      {...(onSearch ? { filter: null, onInputValueChange: onSearch } : {})}
    >
      <Combobox.Trigger
        id={id}
        className={bad ? 'input pick bad' : 'input pick'}
        aria-describedby={describedBy}
        aria-label={label}
        aria-invalid={bad || undefined}
      >
        {chosen ? <OptionText option={chosen} /> : <span className="t3">{placeholder}</span>}
        <Icon name="chevron-down" size={14} />
      </Combobox.Trigger>
      <Combobox.Portal>
        <Combobox.Positioner className="float" sideOffset={4}>
          <Combobox.Popup className="menu wide searched" aria-label={label ?? placeholder ?? t('ui.search')}>
            <Combobox.Input className="menu-q" placeholder={t('ui.search')} aria-label={t('ui.search')} />
            <Combobox.Empty>
              <div className="menu-none">{t('ui.noMatch')}</div>
            </Combobox.Empty>
            <Combobox.List className="menu-l">
              {(option: Option) => (
                <Combobox.Item
                  key={option.value}
                  value={option}
                  disabled={option.why !== undefined}
                  className={option.why ? 'it off' : 'it'}
                >
                  <span className="tick">
                    <Combobox.ItemIndicator>
                      <Icon name="check" size={14} />
                    </Combobox.ItemIndicator>
                  </span>
                  <span>
                    <OptionText option={option} />
                    {option.why ? <small>{option.why}</small> : null}
                  </span>
                </Combobox.Item>
              )}
            </Combobox.List>
          </Combobox.Popup>
        </Combobox.Positioner>
      </Combobox.Portal>
    </Combobox.Root>
  )
}
