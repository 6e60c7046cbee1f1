import { see } from '@/app/_server/see'
import {
  check,
  keepOutside,
  previewChange,
  previewOther,
  previewPromotion,
  promote,
  requestChange,
  requestOther,
} from '@/app/o/[org]/a/[app]/routes/actions'
import { RoutePage } from '@/components/routes/route-page'
import { getRoute } from '@/lib/routes/get-route'

const actions = {
  preview: previewOther,
  request: requestOther,
  previewChange,
  requestChange,
  previewPromotion,
  promote,
  check,
  keepOutside,
}

interface Props {
  params: Promise<{ org: string; app: string; host: string }>
  searchParams: Promise<{ environment?: string | string[] }>
}

export const generateMetadata = async ({ params }: Props) => ({ title: decodeURIComponent((await params).host) })

export default async function Page({ params, searchParams }: Props) {
  const { org, app, host } = await params
  const { environment: wanted } = await searchParams
  const environment = wanted === 'test' || wanted === 'production' ? wanted : undefined
  const seen = await see((actor) => getRoute(actor, { organization: org, application: app, host: decodeURIComponent(host), environment }))
  if (!seen.ok) return seen.denied
  return <RoutePage key={seen.data.stageId} route={seen.data} actions={actions} />
}
