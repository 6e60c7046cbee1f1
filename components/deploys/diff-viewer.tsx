'use client'

import { useMemo, useState } from 'react'
import { useTranslations } from 'use-intl'
import { Icon } from '@/components/ui/icon'
import { Segmented } from '@/components/ui/segmented'
import type { DiffFile, DiffGroup } from '@/lib/deploys/plan-views'
import { countRows, type DiffRow, diffRows } from './diff-rows'
import { DiffTable } from './diff-table'

interface Entry {
  file: DiffFile
  rows: DiffRow[]
}

interface Group {
  group: DiffGroup
  entries: Entry[]
}

const enrich = (diff: readonly DiffGroup[]): Group[] =>
  diff.map((group) => ({
    group,
    entries: group.files.map((file) => ({ file, rows: file.kind === 'text' ? diffRows(file.before, file.after) : [] })),
  }))

function Change({ entry }: { entry: Entry }) {
  const t = useTranslations()
  const { file, rows } = entry
  if (file.kind === 'secret') return <span className="e">{t('plan.changed')}</span>
  if (file.kind === 'binary') return <span className="e">{t('plan.changed')}</span>
  if (file.kind === 'fact') return <span className="e cut">{[file.before, file.after].filter(Boolean).join(' → ') || '–'}</span>
  const { added, removed } = countRows(rows)
  return (
    <span className="e">
      {added > 0 ? <span className="pl">+{added}</span> : null} {removed > 0 ? <span className="mi">−{removed}</span> : null}
    </span>
  )
}

function useGroupName(serviceName: string) {
  const t = useTranslations()
  return ({ units }: DiffGroup) => {
    if (units.length === 0) return t('plan.ofService', { name: serviceName })
    if (units.length === 1) return units[0] ?? ''
    return t('plan.sameChange', { count: units.length })
  }
}

function Tree({
  groups,
  chosen,
  choose,
  serviceName,
}: {
  groups: Group[]
  chosen: readonly [number, number]
  choose: (at: readonly [number, number]) => void
  serviceName: string
}) {
  const t = useTranslations()
  const nameOf = useGroupName(serviceName)
  return (
    <nav className="tree" aria-label={t('plan.files')}>
      {groups.map(({ group, entries }, g) => (
        <div key={[...group.units, ...group.machines].join() || 'service'}>
          <div className="t h" title={group.units.join(', ')}>
            <Icon name={group.units.length === 0 ? 'services' : 'machines'} size={12} />
            <span className="cut">{nameOf(group)}</span>
            {group.machines.length === 1 || (group.units.length === 0 && group.machines.length > 0) ? (
              <span className="e">{group.machines.join(', ')}</span>
            ) : null}
          </div>
          {entries.map((entry, f) => (
            <button
              key={entry.file.path}
              type="button"
              className={chosen[0] === g && chosen[1] === f ? 't l2 on' : 't l2'}
              aria-current={chosen[0] === g && chosen[1] === f}
              onClick={() => choose([g, f])}
            >
              <Icon name={entry.file.kind === 'secret' ? 'lock' : entry.file.kind === 'fact' ? 'arrow' : 'file'} size={12} />
              <span className="cut">{entry.file.path}</span>
              <Change entry={entry} />
            </button>
          ))}
        </div>
      ))}
    </nav>
  )
}

function Content({ entry, split }: { entry: Entry; split: boolean }) {
  const t = useTranslations()
  const { file, rows } = entry
  if (file.kind === 'text') return <DiffTable rows={rows} split={split} />
  if (file.kind === 'fact') {
    return (
      <DiffTable
        split={split}
        rows={[
          ...(file.before === null
            ? []
            : [{ kind: 'del' as const, before: 1, after: null, parts: [{ text: file.before, marked: false }] }]),
          ...(file.after === null ? [] : [{ kind: 'add' as const, before: null, after: 1, parts: [{ text: file.after, marked: false }] }]),
        ]}
      />
    )
  }
  return <p className="code-note">{t(file.kind === 'secret' ? 'plan.secretChanged' : 'plan.binaryChanged')}</p>
}

/** Files by target left, equal targets once; the change right. Secrets never show more than that they changed. */
export function DiffViewer({ diff, serviceName }: { diff: readonly DiffGroup[]; serviceName: string }) {
  const t = useTranslations()
  const groups = useMemo(() => enrich(diff), [diff])
  const firstText = groups[0]?.entries.findIndex((entry) => entry.file.kind === 'text') ?? -1
  const [chosen, choose] = useState<readonly [number, number]>([0, Math.max(0, firstText)])
  const [view, setView] = useState<'unified' | 'split'>('unified')
  const entry = groups[chosen[0]]?.entries[chosen[1]] ?? groups[0]?.entries[0]
  const group = groups[chosen[0]]?.group
  if (!entry) return <p className="t2 pad">{t('plan.noDiff')}</p>
  return (
    <div className="panel diff">
      <Tree groups={groups} chosen={chosen} choose={choose} serviceName={serviceName} />
      <div className="code">
        <div className="fh">
          <span className="mono">{entry.file.path}</span>
          <span className="t3 cut">{group && group.units.length > 0 ? group.units.slice(0, 6).join(', ') : null}</span>
          <span className="grow" />
          <span className="only-l">
            <Segmented
              label={t('plan.view')}
              value={view}
              onChange={setView}
              options={[
                { value: 'unified', label: t('plan.unified') },
                { value: 'split', label: t('plan.split') },
              ]}
            />
          </span>
        </div>
        <Content entry={entry} split={view === 'split'} />
      </div>
    </div>
  )
}

export const filesIn = (diff: readonly DiffGroup[]) => diff.reduce((sum, group) => sum + group.files.length, 0)
