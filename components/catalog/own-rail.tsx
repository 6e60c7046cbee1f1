'use client'

import { useTranslations } from 'use-intl'
import { RailSection } from '@/components/ui/section'
import { Stone } from '@/components/ui/stone'
import { readCommand, writeCommand } from '@/lib/protocol/command-words'
import type { OwnProgramState } from './use-own-program'

/** What was found in the folder, and the words that will be run. */
export function OwnRail({ own }: { own: OwnProgramState }) {
  const t = useTranslations()
  const found = own.upload?.kind === 'program' ? own.upload : null
  const read = readCommand(own.draft.command, { takesPlaces: true })
  return (
    <aside className="rail stick">
      {found ? (
        <RailSection title={t('own.found')} end={t('own.files', { count: found.files })}>
          <ul className="plain tight">
            {found.found.choices.map(({ command, from }) => {
              const text = writeCommand(command)
              return (
                <li key={text}>
                  <button type="button" className="link mono own-choice" onClick={() => own.change({ command: text })}>
                    {text}
                  </button>
                  <span className="t3 f12">{from}</span>
                </li>
              )
            })}
          </ul>
          {found.found.notes.map(({ code, value }) => (
            <p key={code} className="own-note">
              <Stone shape="ask" tone="amber" size={12} />
              <span>{t(`own.note.${code}`, { value })}</span>
            </p>
          ))}
        </RailSection>
      ) : null}
      <RailSection title={t('own.words')}>
        {'words' in read && read.words.length > 0 ? (
          <ol className="plain tight own-words">
            {read.words.map((word, at) => (
              <li key={at} className="mono brk">
                {word}
              </li>
            ))}
          </ol>
        ) : (
          <p className="t3">{t('own.noWords')}</p>
        )}
        <p className="t3 f12 mt-2">{t('own.noShell')}</p>
      </RailSection>
    </aside>
  )
}
