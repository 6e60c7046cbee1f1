'use client'

import { useTranslations } from 'use-intl'
import { Button, ButtonLink } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { Segmented } from '@/components/ui/segmented'
import { paths } from '@/lib/paths'
import { ArchiveDrop } from './archive-drop'
import { PackageIssues } from './package-issues'
import type { OwnProgramState } from './use-own-program'

/** Where the program comes from. */
export function OwnSource({ own, organizationSlug }: { own: OwnProgramState; organizationSlug: string }) {
  const t = useTranslations()
  return (
    <div className="upload">
      <Segmented
        label={t('own.source')}
        value={own.source}
        onChange={own.setSource}
        options={[
          { value: 'folder', label: t('own.folder') },
          { value: 'command', label: t('own.commandLine') },
        ]}
      />
      {own.source === 'folder' ? (
        <div className="mt-4">
          {own.waits ? (
            <div className="mb-4">
              <Notice
                tone="none"
                shape="dash"
                title={t('own.kept')}
                acts={
                  <Button size="sm" onClick={own.startOver}>
                    {t('own.startOver')}
                  </Button>
                }
              >
                {t('own.keptHelp')}
              </Notice>
            </div>
          ) : null}
          <ArchiveDrop file={own.file} onPick={own.pick} />
          <p className="t3 mt-2">{t('own.folderHelp')}</p>
        </div>
      ) : (
        <p className="t2 mt-4">{t('own.commandHelp')}</p>
      )}
      {own.upload && own.upload.kind !== 'program' ? (
        <div className="mt-4">
          <Notice
            tone="amber"
            role="alert"
            title={t(own.upload.kind === 'package' ? 'own.isPackage' : own.upload.kind === 'chart' ? 'own.isChart' : 'own.isAppspec')}
            acts={
              <ButtonLink size="sm" href={paths.upload(organizationSlug)}>
                {t('catalog.publish')}
              </ButtonLink>
            }
          />
        </div>
      ) : null}
      {own.error ? (
        <div className="mt-4">
          <PackageIssues error={own.error} />
        </div>
      ) : null}
    </div>
  )
}
