'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { ListPage } from '@/components/frame/list-page'
import { useRefusal } from '@/components/frame/use-refusal'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Ago } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { FilterBar } from '@/components/ui/filter-bar'
import { FilteredOut } from '@/components/ui/filtered-out'
import { Notice } from '@/components/ui/notice'
import { Section } from '@/components/ui/section'
import { Stone } from '@/components/ui/stone'
import { Pager, Table } from '@/components/ui/table'
import { useUrlState } from '@/components/ui/use-url-state'
import type { PolicyRules, StandingRules } from '@/lib/policies/schema'
import type { EnvironmentPolicy, PoliciesView, PolicyVersionView, StandingPolicyView } from '@/lib/policies/views'
import type { Environment } from '@/lib/views'
import { type PolicyActions, PolicyDialog } from './policy-dialog'
import { usePolicyWords } from './policy-words'
import { type Proposal, readProposal } from './proposal'
import { type SetStanding, StandingDialog } from './standing-dialog'

interface Props {
  view: PoliciesView
  actions: PolicyActions & { setStanding: SetStanding }
}

/** Which policy is looked at, with what a file asks for where one led here. */
type Asked = { environment: Environment; proposed?: PolicyRules } | { service: string; proposed?: StandingRules | null } | null

/** A service that is gone has no policy. */
function askedBy(proposal: Proposal | undefined, standing: StandingPolicyView[]): Asked {
  if (!proposal) return null
  if ('environment' in proposal) return { environment: proposal.environment, proposed: proposal.rules }
  const found = standing.find(({ service }) => service.name === proposal.service && service.applicationSlug === proposal.application)
  return found ? { service: found.service.id, proposed: proposal.rules } : null
}

/** What the organisation asks of changes, what runs without a person, and how that came to be. */
export function PoliciesPage({ view, actions }: Props) {
  const t = useTranslations()
  const url = useUrlState()
  const proposal = url.get('propose')
  const [asked, ask] = useState<Asked>(() => askedBy(readProposal(proposal), view.standing))
  const organization = view.organization.slug
  const policy = view.environments.find((one) => asked && 'environment' in asked && one.environment === asked.environment)
  const standing = view.standing.find((one) => asked && 'service' in asked && one.service.id === asked.service)
  const close = () => {
    ask(null)
    if (proposal) url.set({ propose: null })
  }
  return (
    <ListPage title={t('nav.policies')} organizationSlug={organization} sub={t('policies.sub')}>
      {proposal && !asked ? (
        <div className="mb-4">
          <Notice tone="amber" title={t('policies.noProposal')}>
            {t('policies.noProposalHelp')}
          </Notice>
        </div>
      ) : null}
      {view.environments.map((one, index) => (
        <EnvironmentSection
          key={one.environment}
          policy={one}
          gate={view.gate}
          first={index === 0}
          edit={() => ask({ environment: one.environment })}
        />
      ))}
      <StandingSection view={view} edit={(service) => ask({ service })} />
      <History items={view.history} />
      {policy && asked && 'environment' in asked ? (
        <PolicyDialog organization={organization} policy={policy} proposed={asked.proposed} actions={actions} close={close} />
      ) : null}
      {standing && asked && 'service' in asked ? (
        <StandingDialog organization={organization} policy={standing} proposed={asked.proposed} set={actions.setStanding} close={close} />
      ) : null}
    </ListPage>
  )
}

interface EnvironmentProps {
  policy: EnvironmentPolicy
  gate: PoliciesView['gate']
  first: boolean
  edit: () => void
}

function EnvironmentSection({ policy, gate, first, edit }: EnvironmentProps) {
  const t = useTranslations()
  const refusal = useRefusal()
  const words = usePolicyWords()
  const { environment, rules, version, set, opensAt, freeze } = policy
  return (
    <Section
      first={first}
      id={environment}
      title={<EnvironmentTag environment={environment} />}
      hint={
        set ? (
          <>
            {t('policies.versionBy', { version, name: set.by.name })} <Ago at={set.at} as="ago" />
          </>
        ) : (
          t('policies.floorOnly')
        )
      }
      end={
        <Button size="sm" why={refusal(gate)} onClick={edit}>
          {t('policies.edit')}
        </Button>
      }
    >
      <ul className="plain tight">
        {words.sentences(rules).map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      {opensAt ? (
        <p className="row mt-2">
          <Stone shape="clock" tone="blue" />
          {freeze
            ? t('policies.frozenNow', { reason: freeze, at: words.exact(opensAt) })
            : t('policies.shutNow', { at: words.exact(opensAt) })}
        </p>
      ) : null}
    </Section>
  )
}

function StandingSection({ view, edit }: { view: PoliciesView; edit: (serviceId: string) => void }) {
  const t = useTranslations()
  const refusal = useRefusal()
  const words = usePolicyWords()
  const isFiltered = useUrlState().get('q') !== ''
  const { standing, next, previous } = view
  const isPaged = next !== null || previous !== null
  if (standing.length === 0 && !isFiltered) return null
  return (
    <Section title={t('policies.automation')} hint={t('policies.automationHint')}>
      {isPaged || isFiltered ? <FilterBar placeholder={t('policies.filter')} /> : null}
      {standing.length === 0 ? (
        <FilteredOut names={{ q: t('ui.search') }} />
      ) : (
        <Table
          label={t('policies.automation')}
          rows={standing}
          keyOf={(one) => one.service.id}
          columns={[
            { key: 'service', head: t('policies.service'), className: 'name', cell: (one) => one.service.name },
            { key: 'app', head: t('policies.application'), wide: true, cell: (one) => one.service.applicationName },
            {
              key: 'rule',
              head: t('policies.alone'),
              cell: (one) => <span className={one.rules ? 'lines' : 'lines t2'}>{words.standing(one.rules)}</span>,
            },
            {
              key: 'set',
              head: t('policies.setBy'),
              wide: true,
              cell: (one) =>
                one.set ? (
                  <span className="t2">
                    {t('policies.versionBy', { version: one.version, name: one.set.by.name })} <Ago at={one.set.at} as="ago" />
                  </span>
                ) : (
                  <span className="t3">–</span>
                ),
            },
            {
              key: 'act',
              head: '',
              right: true,
              cell: (one) => (
                <Button size="sm" why={refusal(one.gate)} onClick={() => edit(one.service.id)}>
                  {t('policies.edit')}
                </Button>
              ),
            },
          ]}
        />
      )}
      {isPaged ? (
        <Pager next={next} previous={previous}>
          {t('ui.rowsShown', { count: standing.length })}
        </Pager>
      ) : null}
    </Section>
  )
}

function History({ items }: { items: PolicyVersionView[] }) {
  const t = useTranslations()
  const words = usePolicyWords()
  if (items.length === 0) return null
  return (
    <Section title={t('policies.history')} hint={t('policies.historyHint')}>
      <Table
        label={t('policies.history')}
        rows={items}
        keyOf={(one) => one.id}
        columns={[
          {
            key: 'of',
            head: t('policies.of'),
            className: 'name',
            cell: (one) => (one.environment ? <EnvironmentTag environment={one.environment} quiet /> : (one.service?.name ?? '')),
          },
          { key: 'version', head: t('policies.version'), right: true, cell: (one) => <span className="num">{one.version}</span> },
          {
            key: 'rules',
            head: t('policies.rules'),
            cell: (one) => <span className="lines">{one.rules ? words.sentences(one.rules).join(' ') : words.standing(one.standing)}</span>,
          },
          { key: 'note', head: t('policies.note'), wide: true, cell: (one) => <span className="lines t2">{one.note ?? ''}</span> },
          { key: 'by', head: t('policies.setBy'), wide: true, cell: (one) => one.by.name },
          { key: 'at', head: t('approvals.when'), wide: true, right: true, cell: (one) => <Ago at={one.at} className="t3 num" /> },
        ]}
      />
    </Section>
  )
}
