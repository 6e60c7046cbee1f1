import { listAsk } from '@/app/_server/list-ask'
import { see } from '@/app/_server/see'
import { verifyAudit } from '@/app/o/[org]/settings/audit/actions'
import { AuditPage } from '@/components/audit/audit-page'
import { listAudit } from '@/lib/audit/list-audit'

export const metadata = { title: 'Audit' }

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function Page({ searchParams }: Props) {
  const ask = listAsk(await searchParams)
  const seen = await see((actor) => listAudit(actor, ask))
  if (!seen.ok) return seen.denied
  return <AuditPage list={seen.data} verify={verifyAudit} />
}
