'use client'

import { useTranslations } from 'use-intl'
import { YamlEditor } from '@/components/services/yaml-editor'
import { RailSection } from '@/components/ui/section'
import { issuesOf, PackageIssues } from './package-issues'
import type { OwnProgramState } from './use-own-program'

/** The manifest as it was written, for a last look; what is published is what stands here. */
export function OwnManifest({ own }: { own: OwnProgramState }) {
  const t = useTranslations()
  const issues = issuesOf(own.error)
  const lines = issues.flatMap(({ file, line, message }) => (file === 'tengen.yaml' && line !== null ? [{ line, message }] : []))
  return (
    <div className="cols">
      <div>
        {own.error && lines.length < Math.max(issues.length, 1) ? (
          <div className="mb-4">
            <PackageIssues error={own.error} />
          </div>
        ) : null}
        <YamlEditor
          fileName="tengen.yaml"
          text={own.manifest}
          onChange={own.setManifest}
          errors={lines}
          label="tengen.yaml"
          hint={t('own.manifestHint')}
          fine={t('own.manifestFine')}
        />
      </div>
      <aside className="rail">
        <RailSection title={t('own.next')}>
          <p className="t2">{t('own.nextHelp')}</p>
        </RailSection>
        <RailSection title={t('own.again')}>
          <p className="t2">{t('own.againHelp')}</p>
          <p className="own-again mono">tengen package init</p>
          <p className="own-again mono">tengen package pack</p>
        </RailSection>
      </aside>
    </div>
  )
}
