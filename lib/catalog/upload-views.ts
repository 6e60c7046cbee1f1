import type { FoundProgram } from '@/lib/package-format/detect-program'
import type { AppspecImport } from '@/lib/package-format/import-appspec'
import type { PackageFinding } from '@/lib/package-format/validate-package'
import type { OwnProgram } from '@/lib/protocol/own-program'

/** What an archive turned out to be, before anything of it is stored. */
export type UploadView =
  /** `findings`: what keeps it from being published; `notRunYet`: what its manifest has and nothing runs so far; `made`: by its own templates. */
  | {
      readonly kind: 'package'
      readonly findings: readonly PackageFinding[]
      readonly notRunYet: readonly string[]
      readonly made: readonly { readonly file: string; readonly text: string }[]
    }
  /** What `helm package` makes: taken as it is. */
  | { readonly kind: 'chart'; readonly name: string; readonly version: string }
  /** A yiqiu package: what it would become. */
  | ({ readonly kind: 'appspec' } & AppspecImport)
  | {
      readonly kind: 'program'
      readonly found: FoundProgram
      /** First answers to what the wizard asks. */
      readonly suggested: OwnProgram
      readonly files: number
    }
