'use client'

import { useTranslations } from 'use-intl'
import { Approvers } from '@/components/deploys/approval-rule'
import { useFrame } from '@/components/frame/frame-context'
import { HashMark } from '@/components/ui/hash-mark'
import { RailSection, Section } from '@/components/ui/section'
import type { CommandPreview } from '@/lib/commands/views'
import { CommandText, useSpread } from './command-words'
import { TargetTable } from './target-table'
import type { CommandWish } from './use-command-draft'

interface Props {
  preview: CommandPreview
  wish: CommandWish
  isOfMachines: boolean
  reason: string
  onReason: (reason: string) => void
}

/** The dry list: what would be sent, exactly to whom, and who is left out. Nothing has been sent yet. */
export function CommandReview({ preview, wish, isOfMachines, reason, onReason }: Props) {
  const t = useTranslations()
  const spread = useSpread()
  const frame = useFrame()
  const part = {
    argv: wish.argv ?? null,
    script: wish.script ?? null,
    timeoutMs: wish.timeoutSeconds * 1000,
    parallel: wish.parallel,
    failuresAllowed: wish.failuresAllowed,
  }
  return (
    <div className="cols">
      <div>
        <Section first title={t('commands.what')} hint={spread(part)} end={<HashMark hash={preview.expectedHash} />}>
          <CommandText command={part} />
        </Section>
        <Section title={t('commands.runsOn', { count: preview.targets.length })} hint={t('commands.frozen')}>
          <TargetTable label={t('commands.targets')} targets={preview.targets} isOfMachines={isOfMachines} />
        </Section>
        {preview.leftOut.length > 0 ? (
          <Section title={t('commands.leftOut', { count: preview.leftOut.length })}>
            <TargetTable label={t('commands.leftOutLabel')} targets={preview.leftOut} isOfMachines={isOfMachines} />
          </Section>
        ) : null}
      </div>
      <aside className="rail">
        <RailSection title={t('plan.why')}>
          <p className="t3 mb-2">{t('commands.whyHelp')}</p>
          <textarea
            className="input"
            rows={4}
            maxLength={500}
            aria-label={t('plan.why')}
            value={reason}
            onChange={(event) => onReason(event.target.value)}
          />
        </RailSection>
        {isOfMachines ? null : (
          <RailSection title={t('approvals.title')}>
            <Approvers rule={preview.approval} environment={preview.environment} viewerId={frame?.frame.user.id} />
          </RailSection>
        )}
      </aside>
    </div>
  )
}
