'use client'

import { useTranslations } from 'use-intl'
import { describedBy, Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Segmented } from '@/components/ui/segmented'
import type { CommandOffer } from '@/lib/commands/views'
import { TargetChoice } from './target-table'
import type { CommandForm as Form } from './use-command-draft'

interface Props {
  offer: CommandOffer
  form: Form
  /** After the first try to go on, all that is wrong is said. */
  showAll: boolean
}

function What({ offer, form: { draft, set, problems }, showAll }: Props) {
  const t = useTranslations()
  const wrong = showAll && problems.what ? t(problems.what) : undefined
  const help = t(offer.name === null ? 'commands.machineHelp' : 'commands.unitHelp')
  return (
    <section className="fs" id="section-command">
      <h2>{t('commands.what')}</h2>
      <p>{help}</p>
      <div className="my-2">
        <Segmented
          label={t('commands.what')}
          value={draft.kind}
          onChange={(kind) => set({ kind })}
          options={[
            { value: 'argv', label: t('commands.one') },
            { value: 'script', label: t('commands.script') },
          ]}
        />
      </div>
      {draft.kind === 'argv' ? (
        <Field label={t('commands.one')} name="argv" id="line" help={t('terminal.commandHelp')} error={wrong}>
          <Input
            id="line"
            className="mono"
            value={draft.line}
            bad={wrong !== undefined}
            spellCheck={false}
            placeholder="df -h ."
            aria-describedby={describedBy('line', wrong, true)}
            onChange={(event) => set({ line: event.target.value })}
          />
        </Field>
      ) : (
        <Field label={t('commands.script')} name="script" id="script" help={t('commands.scriptHelp')} error={wrong}>
          <textarea
            id="script"
            className={wrong ? 'input mono bad' : 'input mono'}
            rows={8}
            maxLength={65_536}
            spellCheck={false}
            value={draft.script}
            aria-invalid={wrong ? true : undefined}
            aria-describedby={describedBy('script', wrong, true)}
            onChange={(event) => set({ script: event.target.value })}
          />
        </Field>
      )}
    </section>
  )
}

function Spread({ form: { draft, set, problems }, showAll }: Props) {
  const t = useTranslations()
  const field = (key: 'timeout' | 'parallel' | 'failures', unit: string | undefined, placeholder?: string) => {
    const problem = problems[key]
    const wrong = problem && (showAll || draft[key] !== '') ? t(problem) : undefined
    return (
      <Field label={t(`commands.${key}`)} id={key} help={t(`commands.${key}Help`)} error={wrong}>
        <Input
          id={key}
          inputMode="numeric"
          value={draft[key]}
          unit={unit}
          placeholder={placeholder}
          bad={wrong !== undefined}
          aria-describedby={describedBy(key, wrong, true)}
          onChange={(event) => set({ [key]: event.target.value })}
        />
      </Field>
    )
  }
  return (
    <section className="fs" id="section-spread">
      <h2>{t('commands.how')}</h2>
      {field('timeout', t('commands.seconds'))}
      {field('parallel', undefined, t('commands.all'))}
      {field('failures', undefined)}
    </section>
  )
}

export function CommandFields(props: Props) {
  const t = useTranslations()
  const { offer, form, showAll } = props
  return (
    <div className="cmd-form">
      <What {...props} />
      <Spread {...props} />
      <section className="fs" id="section-targets">
        <h2>{t('commands.targets')}</h2>
        {showAll && form.problems.targets ? (
          <p className="err-line" role="alert">
            {t(form.problems.targets)}
          </p>
        ) : (
          <p>{t('commands.chosen', { count: form.draft.keys.size, of: offer.targets.length })}</p>
        )}
        <TargetChoice offer={offer} form={form} />
      </section>
    </div>
  )
}
