import { listAsk } from '@/app/_server/list-ask'
import { see } from '@/app/_server/see'
import { WebhooksPage } from '@/components/notices/webhooks-page'
import { listWebhooks } from '@/lib/notices/list-webhooks'
import { createWebhook, redeliver, removeWebhook, switchWebhook } from './actions'

export const metadata = { title: 'Webhooks' }

interface Props {
  params: Promise<{ org: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

/** Of each so many; all of one are a page of their own. */
const lastDeliveries = 5

export default async function Page({ params, searchParams }: Props) {
  const { org } = await params
  const search = await searchParams
  const webhook = typeof search.webhook === 'string' ? search.webhook : undefined
  const { after, before } = listAsk(search) as { after?: string; before?: string }
  const ask = webhook ? { webhook, after, before } : { limit: lastDeliveries }
  const seen = await see((actor) => listWebhooks(actor, { ...ask, organization: org }))
  if (!seen.ok) return seen.denied
  return (
    <WebhooksPage
      view={seen.data}
      isOne={webhook !== undefined}
      actions={{ create: createWebhook, remove: removeWebhook, turn: switchWebhook, redeliver }}
    />
  )
}
