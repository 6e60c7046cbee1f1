'use client'

import { Select as Base } from '@base-ui/react/select'
import { Icon } from './icon'
import { SearchSelect } from './search-select'
import { OptionText, type SelectProps } from './select-option'

/** More than these are not looked through: one types a part of the name. */
const few = 12

export const Select = (props: SelectProps) => (props.options.length > few ? <SearchSelect {...props} /> : <ShortSelect {...props} />)

function ShortSelect({ id, value, onChange, options, placeholder, bad, describedBy, label }: SelectProps) {
  const shown = (current: string | null) => {
    const option = options.find((one) => one.value === current)
    return option ? <OptionText option={option} /> : <span className="t3">{placeholder}</span>
  }
  return (
    <Base.Root value={value} onValueChange={(next) => (next === null ? undefined : onChange(next))}>
      <Base.Trigger
        id={id}
        className={bad ? 'input pick bad' : 'input pick'}
        aria-describedby={describedBy}
        aria-label={label}
        aria-invalid={bad || undefined}
      >
        <Base.Value>{shown}</Base.Value>
        <Icon name="chevron-down" size={14} />
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner className="float" sideOffset={4} alignItemWithTrigger={false}>
          <Base.Popup className="menu wide">
            {options.map((option) => (
              <Base.Item
                key={option.value}
                value={option.value}
                disabled={option.why !== undefined}
                className={option.why ? 'it off' : 'it'}
              >
                <span className="tick">
                  <Base.ItemIndicator>
                    <Icon name="check" size={14} />
                  </Base.ItemIndicator>
                </span>
                <Base.ItemText>
                  <OptionText option={option} />
                  {option.why ? <small>{option.why}</small> : null}
                </Base.ItemText>
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
