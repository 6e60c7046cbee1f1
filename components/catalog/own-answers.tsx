'use client'

import { useTranslations } from 'use-intl'
import { describedBy, Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Segmented } from '@/components/ui/segmented'
import { OwnCheck } from './own-check'
import { OwnPorts } from './own-ports'
import { OwnRail } from './own-rail'
import { OwnVariables } from './own-variables'
import type { OwnProgramState } from './use-own-program'

export interface AnswerProps {
  own: OwnProgramState
  /** What is wrong at a place, in words; nothing before the first try to go on. */
  wrongAt: (place: string) => string | undefined
}

function PackageSection({ own, wrongAt }: AnswerProps) {
  const t = useTranslations()
  const fields = [
    { key: 'name', help: t('own.nameHelp'), isMono: true },
    { key: 'version', help: t('own.versionHelp'), isMono: true },
    { key: 'title', help: undefined, isMono: false },
  ] as const
  return (
    <section className="fs" id="section-package">
      <h2>{t('services.package')}</h2>
      {fields.map(({ key, help, isMono }) => (
        <Field key={key} id={`own-${key}`} label={t(`own.field.${key}`)} help={help} error={wrongAt(key)}>
          <Input
            id={`own-${key}`}
            value={own.draft[key]}
            bad={Boolean(wrongAt(key))}
            className={isMono ? 'mono' : undefined}
            spellCheck={false}
            maxLength={100}
            aria-describedby={describedBy(`own-${key}`, wrongAt(key), help)}
            onChange={(event) => own.change({ [key]: event.target.value })}
          />
        </Field>
      ))}
    </section>
  )
}

function CommandSection({ own, wrongAt }: AnswerProps) {
  const t = useTranslations()
  const { draft, change } = own
  return (
    <section className="fs" id="section-command">
      <h2>{t('own.command')}</h2>
      <p>{t('own.commandAbout')}</p>
      <Field id="own-command" label={t('own.field.command')} help={t('own.commandExample')} error={wrongAt('command')}>
        <Input
          id="own-command"
          value={draft.command}
          className="mono"
          spellCheck={false}
          bad={Boolean(wrongAt('command'))}
          aria-describedby={describedBy('own-command', wrongAt('command'), true)}
          onChange={(event) => change({ command: event.target.value })}
        />
      </Field>
      {own.source === 'folder' ? (
        <Field id="own-folder" label={t('own.runsIn')} help={t(`own.runsInHelp.${draft.folder}`)}>
          <div id="own-folder">
            <Segmented
              label={t('own.runsIn')}
              value={draft.folder}
              onChange={(folder) => change({ folder })}
              options={[
                { value: 'package', label: t('own.inPackage') },
                { value: 'unit', label: t('own.inUnit') },
              ]}
            />
          </div>
        </Field>
      ) : null}
    </section>
  )
}

/** What a person says of the program: what runs, where it listens, how it is looked at, and what it is told. */
export function OwnAnswers({ own }: { own: OwnProgramState }) {
  const t = useTranslations()
  const wrongAt = (place: string) => {
    const wrong = own.wrongs[place]
    return own.tried && wrong ? t(`own.wrong.${wrong}`) : undefined
  }
  const sections = [
    ['package', t('services.package')],
    ['command', t('own.command')],
    ['ports', t('own.ports')],
    ['check', t('own.check')],
    ['variables', t('own.variables')],
  ] as const
  return (
    <div className="form-grid">
      <nav className="toc" aria-label={t('services.sections')}>
        {sections.map(([id, title]) => (
          <a key={id} href={`#section-${id}`}>
            {title}
          </a>
        ))}
      </nav>
      <form onSubmit={(event) => event.preventDefault()}>
        <PackageSection own={own} wrongAt={wrongAt} />
        <CommandSection own={own} wrongAt={wrongAt} />
        <OwnPorts own={own} wrongAt={wrongAt} />
        <OwnCheck own={own} wrongAt={wrongAt} />
        <OwnVariables own={own} wrongAt={wrongAt} />
      </form>
      <OwnRail own={own} />
    </div>
  )
}
