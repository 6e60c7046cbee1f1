'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { Badge } from '@/components/status/status'
import { Section } from '@/components/ui/section'
import { Table } from '@/components/ui/table'
import type { DeployView } from '@/lib/deploys/views'
import { paths } from '@/lib/paths'
import { shownState, useDeployTitle } from './deploy-words'

/** What a group's deploy consists of, in the order it happens; each part has tasks and a log of its own. */
export function GroupParts({ deploy }: { deploy: DeployView }) {
  const t = useTranslations()
  const titleOf = useDeployTitle()
  if (deploy.parts.length === 0) return null
  const org = deploy.organizationSlug ?? ''
  const done = deploy.parts.filter((part) => part.state === 'succeeded').length
  return (
    <Section title={t('groups.parts')} hint={t('groups.partsDone', { done, total: deploy.parts.length })}>
      <Table
        inset
        label={t('groups.parts')}
        rows={deploy.parts}
        keyOf={(part) => part.id}
        hrefOf={(part) => paths.deploy(org, part.number)}
        columns={[
          {
            key: 'what',
            head: t('services.service'),
            className: 'name',
            cell: (part) => <Link href={paths.deploy(org, part.number)}>{titleOf(part.title)}</Link>,
          },
          { key: 'number', head: t('groups.record'), cell: (part) => <span className="mono t2">#{part.number}</span>, wide: true },
          {
            key: 'tasks',
            head: t('deploys.tasks'),
            cell: (part) => (
              <span className="num">
                {part.tasks.done}/{part.tasks.total}
              </span>
            ),
          },
          { key: 'state', head: t('services.state'), right: true, cell: (part) => <Badge noun="deploy" state={shownState(part)} /> },
        ]}
      />
    </Section>
  )
}
