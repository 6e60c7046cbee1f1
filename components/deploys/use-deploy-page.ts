'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { fetchJson } from '@/components/frame/fetch-json'
import { useLiveQuery } from '@/components/frame/live'
import { useSignedIn } from '@/components/frame/sign-in-again'
import { useFailure } from '@/components/frame/use-refusal'
import { useToast } from '@/components/ui/toast'
import { type PlanChange, PlanChangeSchema } from '@/lib/deploys/plan-views'
import { DeployDetailSchema, type DeployView, DeployViewSchema } from '@/lib/deploys/views'
import { api } from '@/lib/paths'
import type { ActionResult } from '@/lib/views'
import type { DeployActions } from './deploy-acts'
import { isEnded } from './deploy-words'

/** The record, read again by news; polled slowly while it lives, for news may be lost. */
export function useDeploy(initial: DeployView) {
  const key = ['deploy', initial.id]
  const query = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => fetchJson(api.deploy(initial.organizationSlug, initial.number), DeployViewSchema, signal),
    initialData: initial,
    // The server just rendered it.
    staleTime: 2000,
    refetchInterval: ({ state }) => (state.data && isEnded(state.data) ? false : 5000),
  })
  useLiveQuery(`record:${initial.id}`, key)
  return { deploy: query.data, again: () => void query.refetch() }
}

/** Diff, plan and events: read when their tab opens, and again when the plan changes. */
export const useDeployDetail = (deploy: DeployView, wanted: boolean) =>
  useQuery({
    queryKey: ['deploy', deploy.id, 'detail', deploy.planHash, deploy.revision],
    enabled: wanted,
    queryFn: ({ signal }) => fetchJson(api.deployDetail(deploy.organizationSlug, deploy.number), DeployDetailSchema, signal),
    placeholderData: (before) => before,
    staleTime: 60_000,
  })

type Simple = 'withdraw' | 'pause' | 'resume' | 'cancel' | 'giveUp'

/** Runs an action, says what went wrong, and reads the record again either way. */
export function useDeployActions(deploy: DeployView, actions: DeployActions) {
  const t = useTranslations()
  const failure = useFailure()
  const toast = useToast()
  const client = useQueryClient()
  const [busy, setBusy] = useState<string | null>(null)
  const signedIn = useSignedIn()
  const [refused, setRefused] = useState<PlanChange | null>(null)
  const run = async (name: string, act: () => Promise<ActionResult>) => {
    setBusy(name)
    const result = await signedIn(act).catch(
      (): ActionResult => ({ ok: false, error: { code: 'unavailable', message: t('errors.unavailable') } }),
    )
    if (!result.ok) {
      const change = PlanChangeSchema.safeParse(result.error.details?.change)
      // Approved too late: what was looked at is not what would run. The difference is shown, nothing was signed.
      if (result.error.code === 'plan_changed' && change.success) setRefused(change.data)
      else toast('red', failure(result.error))
    }
    await client.invalidateQueries({ queryKey: ['deploy', deploy.id] })
    setBusy(null)
    return result
  }
  return {
    busy,
    refused,
    dismissRefused: () => setRefused(null),
    approve: () => run('approve', () => actions.approve({ recordId: deploy.id, planHash: deploy.planHash ?? '' })),
    reject: (reason: string) => run('reject', () => actions.reject({ recordId: deploy.id, planHash: deploy.planHash ?? '', reason })),
    override: (reason: string) => run('override', () => actions.override({ recordId: deploy.id, planHash: deploy.planHash ?? '', reason })),
    simple: (name: Simple) => run(name, () => actions[name]({ recordId: deploy.id })),
  }
}
