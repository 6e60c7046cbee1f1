'use client'

import { useTranslations } from 'use-intl'
import type { ScopeName } from '@/lib/tokens/views'

interface Props {
  scopes: readonly ScopeName[]
  chosen: readonly ScopeName[]
  choose: (scopes: ScopeName[]) => void
  isShared: boolean
}

/** What the token may do, one line each, in words. */
export function ScopePicker({ scopes, chosen, choose, isShared }: Props) {
  const t = useTranslations()
  return (
    <fieldset className="field scopes">
      <legend className="lab">{t('tokens.scopes')}</legend>
      <div>
        {scopes.map((scope) => (
          <label key={scope} className="scope">
            <input
              type="checkbox"
              className="tick-box"
              checked={chosen.includes(scope)}
              onChange={() => choose(chosen.includes(scope) ? chosen.filter((one) => one !== scope) : [...chosen, scope])}
            />
            <span className="mono">{scope}</span>
            <span className="t2">{t(`tokens.scope.${scope}`)}</span>
          </label>
        ))}
      </div>
      <div className="help">{t(isShared ? 'tokens.scopesHelpShared' : 'tokens.scopesHelp')}</div>
    </fieldset>
  )
}
