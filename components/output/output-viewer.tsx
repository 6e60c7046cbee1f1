'use client'

import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { LogBar } from '@/components/log/log-bar'
import { type LineSource, type LinesHandle, LogLines, type ShownLine } from '@/components/log/log-lines'
import { useFollow } from '@/components/log/use-follow'
import { ReadAt } from '@/components/machines/freshness'
import { Segmented } from '@/components/ui/segmented'
import { formatBytes } from '@/components/ui/sizes'
import { type OutputLine, type OutputRunChoice, type OutputUnit, outputRuns } from '@/lib/output/views'
import { api } from '@/lib/paths'
import type { ServiceView } from '@/lib/services/views'
import type { OutputCache } from './output-cache'
import { NoOutput, OutputFoot, SilentNotice } from './output-notices'
import { UnitChips } from './unit-chips'
import { shortName, unitColour } from './unit-colours'
import { queryOf, useOutput, useOutputSearch } from './use-output'

/** As many as can be told apart; more are chosen by hand. */
const firstChosen = 8

interface Shown extends ShownLine {
  unitId: string
}

/** The page knows its units before the first answer comes. */
const unitsOf = (service: ServiceView): OutputUnit[] =>
  service.placements
    .flatMap((placement) => placement.units)
    .map(({ id, name, state, machine, heardAt }) => ({
      id,
      name,
      state,
      heardAt,
      removed: false,
      machineName: machine?.name ?? null,
      lastAt: null,
    }))

function useChosen(units: readonly OutputUnit[]) {
  const [chosen, choose] = useState<string[] | null>(null)
  const standard = units.filter((unit) => !unit.removed).slice(0, firstChosen)
  const known = chosen?.filter((id) => units.some((unit) => unit.id === id))
  return [known ?? standard.map((unit) => unit.id), choose] as const
}

/** Starts, ends and gaps in words; everything else as it was printed. */
function useWords() {
  const t = useTranslations()
  return (line: ShownLine): string => {
    if (line.stream === 'gap') return t('output.skipped', { size: formatBytes(Number(line.text)) })
    if (line.stream === 'end') return line.text === '' ? t('output.ended') : t('output.endedWith', { code: line.text })
    return t(line.text === '1' ? 'output.started' : 'output.restarted')
  }
}

function useLines(cache: OutputCache): LineSource<Shown> {
  const wordsOf = useWords()
  const latest = useRef(wordsOf)
  latest.current = wordsOf
  return useMemo(() => {
    const shown = new WeakMap<OutputLine, Shown>()
    const show = (line: OutputLine): Shown => {
      if (line.stream === 'stdout' || line.stream === 'stderr') return line
      const known = shown.get(line) ?? { ...line, stream: line.stream === 'gap' ? 'gap' : 'section', text: latest.current(line) }
      shown.set(line, known)
      return known
    }
    return {
      line: (index) => {
        const line = cache.line(index)
        return line && show(line)
      },
      want: (first, last) => cache.want(first, last),
    }
  }, [cache])
}

/** What stands before a line: which unit said it. One node a unit, so that lines are not drawn again for it. */
function useMarks(units: readonly OutputUnit[]) {
  const key = units.map((unit) => `${unit.id} ${unit.name}`).join()
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` says all that a mark shows
  const marks = useMemo(
    () =>
      new Map(
        units.map((unit, index) => [
          unit.id,
          <span key={unit.id} className={`who ${unitColour(index)}`} title={unit.name}>
            {shortName(unit.name)}
          </span>,
        ]),
      ),
    [key],
  )
  return (line: Shown) => marks.get(line.unitId)
}

export function OutputViewer({ service }: { service: ServiceView }) {
  const t = useTranslations()
  const { organizationSlug: org, applicationSlug: app, name, environment, stageId } = service
  const [known, setKnown] = useState(() => unitsOf(service))
  const [chosen, choose] = useChosen(known)
  const [run, setRun] = useState<OutputRunChoice>('all')
  const source = useMemo(
    () => ({ url: api.output(org, app, name), environment, topic: `output:${stageId}` }),
    [org, app, name, environment, stageId],
  )
  const { cache, facts } = useOutput(source, chosen, run)
  useEffect(() => {
    if (facts.units) setKnown(facts.units)
  }, [facts.units])
  const shown = known.filter((unit) => chosen.includes(unit.id))
  return (
    <div className="panel log output">
      <ReadAt asOf={facts.asOf ?? service.asOf} again={() => void cache.refresh()}>
        <div className="output-h">
          <UnitChips units={known} chosen={chosen} onChoose={choose} />
          <Segmented
            label={t('output.starts')}
            value={run}
            onChange={setRun}
            options={outputRuns.map((value) => ({ value, label: t(`output.run.${value}`) }))}
          />
        </div>
        <SilentNotice units={shown.filter((unit) => !unit.removed)} />
      </ReadAt>
      <OutputLog
        key={`${chosen.join()} ${run}`}
        cache={cache}
        facts={facts}
        units={known}
        textUrl={api.outputText(org, app, name, queryOf(source, chosen, run))}
        run={run}
        onAll={() => setRun('all')}
      />
    </div>
  )
}

interface LogProps {
  cache: OutputCache
  facts: ReturnType<typeof useOutput>['facts']
  units: readonly OutputUnit[]
  textUrl: string
  run: OutputRunChoice
  onAll: () => void
}

function OutputLog({ cache, facts, units, textUrl, run, onAll }: LogProps) {
  const [text, setText] = useState('')
  const [wrap, setWrap] = useState(false)
  const [times, setTimes] = useState(true)
  const handle = useRef<LinesHandle>(null)
  const { search, move } = useOutputSearch(cache, text.trim(), facts.version)
  const follow = useFollow(facts.total)
  const lines = useLines(cache)
  const markOf = useMarks(units)
  const hit = search.offsets[search.at] ?? null
  // A hit that is looked at holds the output, until the reader asks for its end.
  const [isLetGo, letGo] = useState(false)
  const show = useRef((_index: number) => {})
  show.current = (index) => {
    follow.set(false)
    letGo(false)
    handle.current?.show(index)
  }
  useEffect(() => {
    if (hit !== null) show.current(hit)
  }, [hit])
  useEffect(() => setWrap(window.matchMedia('(max-width: 720px)').matches), [])
  const again = () => void cache.refresh()
  if (facts.total === 0)
    return facts.isRead || facts.failure ? (
      <NoOutput failure={facts.failure} run={run} onAll={onAll} again={again} />
    ) : (
      <div className="log-box" />
    )
  return (
    <>
      <LogBar
        text={text}
        onText={setText}
        search={search}
        onMove={move}
        wrap={wrap}
        onWrap={setWrap}
        times={times}
        onTimes={setTimes}
        textUrl={textUrl}
        firstError={null}
        onLine={() => {}}
        follow={follow.follow}
        ended={false}
        onEnd={() => {
          follow.set(true)
          letGo(true)
          handle.current?.toEnd()
        }}
      />
      <LogLines
        handle={handle}
        cache={lines}
        total={facts.total}
        version={facts.version}
        wrap={wrap}
        times={times}
        query={search.text}
        hit={hit}
        linked={null}
        follow={follow.follow && (isLetGo || hit === null)}
        onFollow={follow.set}
        titleOf={(line) => line.text}
        markOf={markOf}
      />
      <OutputFoot failed={facts.failure !== null} follow={follow} again={again} />
    </>
  )
}
