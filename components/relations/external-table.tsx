'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFailure, useRefusal } from '@/components/frame/use-refusal'
import { DangerDialog } from '@/components/ui/danger-dialog'
import { Table } from '@/components/ui/table'
import type { RelationEdge, RelationNode } from '@/lib/relations/views'
import type { Gate } from '@/lib/views'
import { type ExternalActions, ExternalDialog } from './external-dialog'

interface Props {
  nodes: RelationNode[]
  edges: readonly RelationEdge[]
  organizationSlug: string
  applicationSlug: string
  gate: Gate
  actions: ExternalActions
}

/** What is not ours: where it is, who takes it, and a way to forget it. */
export function ExternalTable({ nodes, edges, organizationSlug, applicationSlug, gate, actions }: Props) {
  const t = useTranslations()
  const failure = useFailure()
  const refusal = useRefusal()
  const [asked, setAsked] = useState<RelationNode>()
  const [changed, setChanged] = useState<RelationNode>()
  const [wrong, setWrong] = useState<string>()
  const takenBy = (node: RelationNode) => edges.filter((edge) => edge.provider.id === node.id).map((edge) => edge.consumer.name)
  const close = () => {
    setAsked(undefined)
    setWrong(undefined)
  }
  const remove = async () => {
    const result = await actions.remove({ organization: organizationSlug, application: applicationSlug, id: asked?.id ?? '' })
    if (result.ok) close()
    else setWrong(failure(result.error))
  }
  return (
    <>
      <Table
        inset
        label={t('relations.externals')}
        rows={nodes}
        findBy={(node) => node.name}
        keyOf={(node) => node.id}
        columns={[
          { key: 'name', head: t('relations.field.name'), className: 'name', cell: (node) => node.name },
          { key: 'at', head: t('relations.field.endpoints'), cell: (node) => <span className="mono t2">{node.endpoints.join(', ')}</span> },
          {
            key: 'by',
            head: t('relations.takenBy'),
            wide: true,
            cell: (node) => takenBy(node).join(', ') || <span className="t3">{t('relations.takenByNobody')}</span>,
          },
          {
            key: 'act',
            head: '',
            right: true,
            cell: (node) => {
              const why = refusal(gate)
              const link = (text: string, ask: (node: RelationNode) => void) => (
                <button type="button" className="link" disabled={why !== undefined} title={why} onClick={() => ask(node)}>
                  {text}
                </button>
              )
              return (
                <span className="row justify-end">
                  {link(t('relations.edit'), setChanged)}
                  {link(t('relations.forget'), setAsked)}
                </span>
              )
            },
          },
        ]}
      />
      {changed ? (
        <ExternalDialog
          organizationSlug={organizationSlug}
          applicationSlug={applicationSlug}
          environment={changed.environment}
          actions={actions}
          known={{ node: changed, takers: takenBy(changed).length }}
          close={() => setChanged(undefined)}
        />
      ) : null}
      {asked ? (
        <DangerDialog
          open
          onClose={close}
          onConfirm={remove}
          title={t('relations.forgetName', { name: asked.name })}
          verb={t('relations.forget')}
          effects={[{ text: t('relations.forgetEffect', { count: takenBy(asked).length }) }]}
          error={wrong}
        />
      ) : null}
    </>
  )
}
