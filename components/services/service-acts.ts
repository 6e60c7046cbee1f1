import type { PlanPreview } from '@/lib/deploys/views'
import type { ServiceDraft } from '@/lib/services/new-service-views'
import type { ServiceChange } from '@/lib/services/views'
import type { Act, Environment } from '@/lib/views'

/** Server actions of the service page: every change is previewed, then asked for with the preview's hash. */
export interface ServiceActions {
  preview: Act<ServiceChange, PlanPreview>
  request: Act<ServiceChange, { number: number }>
  previewStage: Act<StageWish, PlanPreview>
  requestStage: Act<StageWish, { number: number }>
  /** In one more cluster. */
  previewPlacement: Act<PlacementWish, PlanPreview>
  requestPlacement: Act<PlacementWish, { number: number }>
  /** With whoever cannot be without it. */
  previewRemoval: Act<Removal, PlanPreview>
  requestRemoval: Act<Removal, { number: number }>
}

export interface Removal {
  organization: string
  application: string
  service: string
  environment: Environment
  keepData: boolean
  reason?: string
  expectedHash?: string
}

/** A service in its other environment. */
export type StageWish = Omit<ServiceChange, 'stageId' | 'kind' | 'counts' | 'unitIds' | 'keepData'> & {
  organizationSlug: string
  applicationSlug: string
  service: string
  runtimeId: string
  /** Further clusters of that environment. */
  alsoIn?: string[]
  count: number
}

export interface PlacementWish {
  organizationSlug: string
  applicationSlug: string
  service: string
  environment: Environment
  runtimeId: string
  count: number
  reason?: string
  notBefore?: string
  expectedHash?: string
}

/** Server actions of the wizard. */
export interface NewServiceActions {
  preview: Act<{ organizationSlug: string; applicationSlug: string } & ServiceDraft, PlanPreview>
  request: Act<{ organizationSlug: string; applicationSlug: string; expectedHash: string } & ServiceDraft, { number: number }>
}
