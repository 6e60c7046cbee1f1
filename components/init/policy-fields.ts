import type { InitKind } from '@/lib/protocol/init'

export interface PolicyField {
  readonly key: string
  readonly type: 'text' | 'number' | 'list' | 'switch' | 'words' | 'package'
  /** It may be left empty. */
  readonly optional?: true
  /** What is typed, times this, is what is kept. */
  readonly scale?: number
  readonly unit?: 'MiB' | 'MiB/s' | 's'
  /** What it begins with. */
  readonly start?: string
}

/** What each kind of policy asks of its editor, in order. Words stand in `init.field` and `init.rule`. */
export const policyFields: Readonly<Record<InitKind, readonly PolicyField[]>> = {
  system: [
    { key: 'distributions', type: 'list', optional: true },
    { key: 'versionAtLeast', type: 'text', optional: true },
    { key: 'kernelAtLeast', type: 'text', optional: true },
  ],
  memory: [
    { key: 'memoryMib', type: 'number', unit: 'MiB', start: '1024' },
    { key: 'cores', type: 'number', optional: true },
  ],
  disk: [
    { key: 'path', type: 'text', start: '/' },
    { key: 'freeMib', type: 'number', unit: 'MiB', start: '10240' },
    { key: 'writeMibPerSecond', type: 'number', unit: 'MiB/s', optional: true },
  ],
  clock: [{ key: 'withinMs', type: 'number', scale: 1000, unit: 's', start: '2' }],
  programs: [{ key: 'programs', type: 'list' }],
  user: [
    { key: 'user', type: 'text' },
    { key: 'uid', type: 'number', optional: true },
    { key: 'create', type: 'switch' },
  ],
  sysctl: [
    { key: 'key', type: 'text' },
    { key: 'value', type: 'text' },
    { key: 'set', type: 'switch' },
  ],
  package: [
    { key: 'digest', type: 'package' },
    { key: 'run', type: 'words' },
    { key: 'timeoutMs', type: 'number', scale: 1000, unit: 's', start: '60' },
  ],
}

export const policyKinds = Object.keys(policyFields) as InitKind[]
