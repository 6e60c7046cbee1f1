import { see } from '@/app/_server/see'
import { ServicePage } from '@/components/services/service-page'
import { getService } from '@/lib/services/get-service'
import {
  changeRelations,
  changeRules,
  deletePod,
  keepOutside,
  previewChange,
  previewPlacement,
  previewRemoval,
  previewStage,
  requestChange,
  requestPlacement,
  requestRemoval,
  requestStage,
} from './actions'

const actions = {
  preview: previewChange,
  request: requestChange,
  previewStage,
  requestStage,
  previewPlacement,
  requestPlacement,
  previewRemoval,
  requestRemoval,
  relations: { set: changeRelations },
  setRules: changeRules,
  deletePod,
  keepOutside,
}

interface Props {
  params: Promise<{ org: string; app: string; name: string }>
  searchParams: Promise<{ environment?: string | string[] }>
}

export const generateMetadata = async ({ params }: Props) => ({ title: (await params).name })

export default async function Page({ params, searchParams }: Props) {
  const { org, app, name } = await params
  const { environment: wanted } = await searchParams
  const environment = wanted === 'test' || wanted === 'production' ? wanted : undefined
  const seen = await see((actor) => getService(actor, { organization: org, application: app, name, environment }))
  if (!seen.ok) return seen.denied
  return <ServicePage key={seen.data.stageId} initial={seen.data} actions={actions} />
}
