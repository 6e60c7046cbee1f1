'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { EventList } from '@/components/events/event-list'
import { LogViewer } from '@/components/log/log-viewer'
import { CopyButton } from '@/components/ui/copy-button'
import { Tabs } from '@/components/ui/tabs'
import { Void } from '@/components/ui/void'
import type { DeployView } from '@/lib/deploys/views'
import { api } from '@/lib/paths'
import { useTaskName } from './deploy-words'
import { DiffViewer, filesIn } from './diff-viewer'
import { TaskList } from './task-list'
import { TaskTree } from './task-tree'
import { useDeployDetail } from './use-deploy-page'

function PlanJson({ document }: { document: unknown }) {
  const text = JSON.stringify(document, null, 2)
  return (
    <div className="panel">
      <div className="panel-h">
        <span className="mono">plan.json</span>
        <span className="grow" />
        <CopyButton text={text} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keys */}
      <pre className="code json" tabIndex={0}>
        {text}
      </pre>
    </div>
  )
}

export function DeployLog({ deploy }: { deploy: DeployView }) {
  const { taskName } = useTaskName()
  const t = useTranslations()
  const { organizationSlug: org, number, id } = deploy
  const [source] = useState({
    url: api.deployLog(org, number),
    searchUrl: api.deployLogSearch(org, number),
    textUrl: api.deployLogText(org, number),
    topic: `record:${id}`,
  })
  const byIndex = new Map(deploy.board.tasks.map((task) => [task.index, task]))
  return (
    <LogViewer
      source={source}
      keptUntil={deploy.log.keptUntil}
      truncated={deploy.log.truncated}
      tree={(chosen, choose, lines, total) => (
        <TaskTree tasks={deploy.board.tasks} chosen={chosen} choose={choose} lines={lines} total={total} />
      )}
      titleOf={(line) => {
        const task = line.task === null ? undefined : byIndex.get(line.task)
        return task
          ? [taskName(task), task.unitName ? task.machineName : null, t('log.attempt', { attempt: line.attempt })]
              .filter(Boolean)
              .join(' · ')
          : line.text
      }}
    />
  )
}

/** Log, diff, tasks, plan, events. Before the start the diff comes first: there is no log yet. */
export function DeployTabs({ deploy, tab, onTab }: { deploy: DeployView; tab: string; onTab: (tab: string) => void }) {
  const t = useTranslations()
  const started = deploy.startedAt !== null
  const { data, error } = useDeployDetail(deploy, true)
  const failed = error ? (
    <Void kind="failed" title={t('ui.loadFailed')}>
      {error.message}
    </Void>
  ) : null
  const tabs = [
    // A group's parts have tasks and logs of their own.
    ...(started && deploy.parts.length === 0
      ? [{ value: 'log', label: t('log.title'), count: deploy.log.lines, panel: <DeployLog deploy={deploy} /> }]
      : []),
    {
      value: 'diff',
      label: t('plan.diff'),
      count: data ? filesIn(data.diff) : undefined,
      panel: data ? <DiffViewer diff={data.diff} serviceName={deploy.title.serviceName} /> : failed,
    },
    ...(deploy.parts.length === 0
      ? [{ value: 'tasks', label: t('deploys.tasks'), count: deploy.board.tasks.length, panel: <TaskList deploy={deploy} /> }]
      : []),
    { value: 'plan', label: t('plan.asJson'), panel: data ? <PlanJson document={data.document} /> : failed },
    { value: 'events', label: t('events.title'), count: data?.events.length, panel: data ? <EventList events={data.events} /> : failed },
  ]
  const value = tabs.some((one) => one.value === tab) ? tab : (tabs[0]?.value ?? 'diff')
  return <Tabs section value={value} onChange={onTab} tabs={tabs} />
}
