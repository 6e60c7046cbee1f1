'use client'

import { useQuery } from '@tanstack/react-query'
import { isEnded } from '@/components/deploys/deploy-words'
import { fetchJson } from '@/components/frame/fetch-json'
import { useLiveQuery } from '@/components/frame/live'
import { type CommandOutput, CommandOutputSchema, CommandRowsSchema, CommandStandSchema } from '@/lib/commands/views'
import type { DeployView } from '@/lib/deploys/views'
import { api } from '@/lib/paths'

/** News of thousands of targets come in bursts: read again at most this often. */
const gatherMs = 400

/** Counts, the board and what was printed; read again by news, and slowly while it lives. */
export function useCommandStand(deploy: DeployView) {
  const key = ['command', deploy.id]
  const query = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => fetchJson(api.commandStand(deploy.organizationSlug, deploy.number), CommandStandSchema, signal),
    refetchInterval: isEnded(deploy) ? false : 5000,
    placeholderData: (before) => before,
  })
  useLiveQuery(`record:${deploy.id}`, key, gatherMs)
  return query
}

export interface RowsAsk {
  readonly state?: string
  readonly group?: string
  readonly after?: string
  readonly before?: string
}

export function useCommandRows(deploy: DeployView, ask: RowsAsk) {
  const query = new URLSearchParams(Object.entries(ask).filter((entry): entry is [string, string] => entry[1] !== undefined))
  return useQuery({
    queryKey: ['command', deploy.id, 'rows', query.toString()],
    queryFn: ({ signal }) => fetchJson(api.commandRows(deploy.organizationSlug, deploy.number, query), CommandRowsSchema, signal),
    refetchInterval: isEnded(deploy) ? false : 5000,
    placeholderData: (before) => before,
  })
}

/** What one target printed; once it has ended, that does not change any more. */
export const useCommandOutput = (deploy: DeployView, index: number | null) =>
  useQuery<CommandOutput>({
    queryKey: ['command-output', deploy.id, index],
    enabled: index !== null,
    staleTime: (query) => (query.state.data?.isLive === false ? Number.POSITIVE_INFINITY : 0),
    refetchInterval: (query) => (query.state.data?.isLive ? 1000 : false),
    queryFn: ({ signal }) => fetchJson(api.commandOutput(deploy.organizationSlug, deploy.number, index ?? 0), CommandOutputSchema, signal),
  })
