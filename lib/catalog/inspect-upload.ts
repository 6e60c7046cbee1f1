import type { Actor } from '@/lib/auth/actor'
import { db } from '@/lib/db/client'
import { powersIn } from '@/lib/organizations/cluster-powers'
import { previewManifests } from '@/lib/package-format/check-manifests'
import { detectProgram } from '@/lib/package-format/detect-program'
import { importAppspec, isAppspecPackage } from '@/lib/package-format/import-appspec'
import { chartFacts, isChartArchive } from '@/lib/package-format/import-chart'
import { notRunYet } from '@/lib/package-format/not-run-yet'
import { programFiles } from '@/lib/package-format/program-entries'
import { suggestProgram } from '@/lib/package-format/suggest-program'
import { manifestFile, validatePackage } from '@/lib/package-format/validate-package'
import { publisherOf, readUpload } from './read-upload'
import type { UploadView } from './upload-views'

interface Upload {
  readonly organization: string
  /** Name of the uploaded file: what it is called when it does not say so itself. */
  readonly name: string
  readonly archive: Buffer
}

/** Looks at an archive and says what could become of it; nothing is stored and nothing is run. */
export async function inspectUpload(actor: Actor, { organization, name, archive }: Upload): Promise<UploadView> {
  const { organizationId } = await publisherOf(actor, organization)
  const entries = await readUpload(archive)
  if (entries.some(({ path }) => path === manifestFile)) {
    const { manifest, findings } = validatePackage(entries, await powersIn(db, organizationId))
    const seen = manifest ? { notRunYet: notRunYet(manifest), made: previewManifests(manifest, entries) } : { notRunYet: [], made: [] }
    return { kind: 'package', findings, ...seen }
  }
  if (isChartArchive(entries)) {
    const facts = chartFacts(entries, entries[0]?.path.split('/')[0] ?? '')
    return { kind: 'chart', name: facts?.name ?? '', version: facts?.version ?? '' }
  }
  if (isAppspecPackage(entries)) return { kind: 'appspec', ...importAppspec(entries, name) }
  const files = programFiles(entries)
  const leavesDotenv = entries.some(({ path }) => /^([^/]+\/)?\.env$/.test(path)) && !files.some(({ path }) => path === '.env')
  const found = detectProgram(files, leavesDotenv)
  return { kind: 'program', found, suggested: suggestProgram(found, name), files: files.length }
}
