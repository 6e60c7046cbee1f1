import { listAsk } from '@/app/_server/list-ask'
import { see } from '@/app/_server/see'
import { AuditPage } from '@/components/audit/audit-page'
import { listAudit } from '@/lib/audit/list-audit'
import { verifyAudit } from './actions'

export const metadata = { title: 'Audit' }

interface Props {
  params: Promise<{ org: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function Page({ params, searchParams }: Props) {
  const { org } = await params
  const ask = { ...listAsk(await searchParams), organization: org }
  const seen = await see((actor) => listAudit(actor, ask))
  if (!seen.ok) return seen.denied
  return <AuditPage list={seen.data} verify={verifyAudit} />
}
