import { see } from '@/app/_server/see'
import { WebhooksPage } from '@/components/notices/webhooks-page'
import { listWebhooks } from '@/lib/notices/keep-webhook'
import { createWebhook, redeliver, removeWebhook, switchWebhook } from './actions'

export const metadata = { title: 'Webhooks' }

export default async function Page({ params }: { params: Promise<{ org: string }> }) {
  const { org } = await params
  const seen = await see((actor) => listWebhooks(actor, { organization: org }))
  if (!seen.ok) return seen.denied
  return <WebhooksPage view={seen.data} actions={{ create: createWebhook, remove: removeWebhook, turn: switchWebhook, redeliver }} />
}
