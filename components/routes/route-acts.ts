import type { KeepOutside } from '@/components/clusters/outside-notice'
import type { PlanPreview } from '@/lib/deploys/views'
import type { TlsInput } from '@/lib/routes/schema'
import type { RouteRow } from '@/lib/routes/views'
import type { ServiceChange } from '@/lib/services/views'
import type { ActionResult, Environment } from '@/lib/views'

/** What the form holds, as the server takes it. */
export interface RouteContentInput {
  rules: RouteRow['rules']
  ingressClass: string | null
  tls: TlsInput
  reason?: string
  notBefore?: string | undefined
  expectedHash?: string
}

interface Place {
  organization: string
  application: string
  environment: Environment
  host: string
}

type Asked = Promise<ActionResult<{ recordId: string; number: number }>>
type Ask<Input, Result> = (input: Input) => Result

export interface NewRouteActions {
  preview: Ask<Place & RouteContentInput, Promise<ActionResult<PlanPreview>>>
  request: Ask<Place & RouteContentInput, Asked>
}

/** Rules come from test; TLS is said only where it shall be another than production's. */
interface PromotionInput extends Omit<Place, 'environment'> {
  tls: TlsInput
  reason?: string
  notBefore?: string | undefined
  expectedHash?: string
}

/** Of one that is there: its removal and its way back are asked for as any deploy's. */
export interface RouteActions extends NewRouteActions {
  previewChange: Ask<ServiceChange, Promise<ActionResult<PlanPreview>>>
  requestChange: Ask<ServiceChange, Asked>
  previewPromotion: Ask<PromotionInput, Promise<ActionResult<PlanPreview>>>
  promote: Ask<PromotionInput, Asked>
  keepOutside: KeepOutside
  check: Ask<Place, Promise<ActionResult<void>>>
}
