import { useState } from 'react'
import { HostSchema, IssuerSchema, PathSchema } from '@/lib/protocol/route'
import type { TlsInput } from '@/lib/routes/schema'
import type { RouteChoices, RouteRow, RouteView } from '@/lib/routes/views'
import type { Environment } from '@/lib/views'
import type { RouteContentInput } from './route-acts'

export type DraftRule = RouteRow['rules'][number]

export interface RouteDraft {
  host: string
  environment: Environment
  rules: DraftRule[]
  ingressClass: string | null
  tls: TlsInput['kind']
  chain: string
  key: string
  issuerKind: 'ClusterIssuer' | 'Issuer'
  issuer: string
}

const ruleTo = ({ backends }: RouteChoices): DraftRule => {
  const first = backends.find((one) => one.ports.length > 0)
  return { path: '/', match: 'prefix', service: first?.service ?? '', port: first?.ports[0] ?? '' }
}

export const newDraft = (environment: Environment, choices: RouteChoices): RouteDraft => ({
  ...{ host: '', environment, rules: [ruleTo(choices)], ingressClass: null },
  ...{ tls: 'none', chain: '', key: '', issuerKind: 'ClusterIssuer', issuer: '' },
})

export const draftOf = (route: RouteView): RouteDraft => ({
  ...{ host: route.host, environment: route.environment, rules: [...route.rules], ingressClass: route.ingressClass },
  ...{ tls: route.tls.kind, chain: '', key: '' },
  ...{ issuerKind: route.tls.issuer?.kind ?? 'ClusterIssuer', issuer: route.tls.issuer?.name ?? '' },
})

/** Where something typed is not sound: a key of the faults, by field. Pure. */
export function faultsOf(
  draft: RouteDraft,
  hasCertificate: boolean,
): Record<string, 'host_rule' | 'path_rule' | 'choose_service' | 'chain_missing' | 'key_missing' | 'issuer_rule'> {
  const faults: ReturnType<typeof faultsOf> = {}
  if (!HostSchema.safeParse(draft.host).success) faults.host = 'host_rule'
  for (const [at, rule] of draft.rules.entries()) {
    if (!PathSchema.safeParse(rule.path).success) faults[`rules.${at}.path`] = 'path_rule'
    if (!rule.service || !rule.port) faults[`rules.${at}.service`] = 'choose_service'
  }
  const [chain, key] = [draft.chain.trim() !== '', draft.key.trim() !== '']
  if (draft.tls === 'certificate' && !chain && (key || !hasCertificate)) faults.chain = 'chain_missing'
  if (draft.tls === 'certificate' && !key && (chain || !hasCertificate)) faults.key = 'key_missing'
  if (draft.tls === 'issuer' && !IssuerSchema.shape.name.safeParse(draft.issuer).success) faults.issuer = 'issuer_rule'
  return faults
}

function tlsOf({ tls, chain, key, issuerKind, issuer }: RouteDraft): TlsInput {
  if (tls === 'none') return { kind: 'none' }
  if (tls === 'issuer') return { kind: 'issuer', issuer: { kind: issuerKind, name: issuer } }
  return { kind: 'certificate', ...(chain.trim() ? { chain } : {}), ...(key.trim() ? { key } : {}) }
}

export const contentOf = (draft: RouteDraft): RouteContentInput => ({
  rules: draft.rules,
  ingressClass: draft.ingressClass,
  tls: tlsOf(draft),
})

export function useRouteDraft(first: RouteDraft) {
  const [draft, setDraft] = useState(first)
  const change = (part: Partial<RouteDraft>) => setDraft((before) => ({ ...before, ...part }))
  const changeRule = (at: number, part: Partial<DraftRule>) =>
    setDraft((before) => ({ ...before, rules: before.rules.map((rule, i) => (i === at ? { ...rule, ...part } : rule)) }))
  return {
    draft,
    change,
    changeRule,
    addRule: (choices: RouteChoices) =>
      setDraft((before) => ({ ...before, rules: [...before.rules, { ...(before.rules.at(-1) ?? ruleTo(choices)), path: '/' }] })),
    dropRule: (at: number) => setDraft((before) => ({ ...before, rules: before.rules.filter((_, i) => i !== at) })),
  }
}
export type DraftEditor = ReturnType<typeof useRouteDraft>
