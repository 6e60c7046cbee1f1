import { z } from 'zod'
import { DeployKindSchema } from '@/lib/deploys/views'
import { PersonSchema, pageOf, TimeSchema } from '@/lib/views'

/** What happens in an organisation. */
export const organizationKinds = [
  'approval_asked',
  'deploy_approved',
  'deploy_rejected',
  'deploy_overridden',
  'override_reviewed',
  'deploy_failed',
  'deploy_expired',
  'deploy_succeeded',
  'deploy_commented',
  'changed_outside',
  'certificate_ends',
  'policy_changed',
  'role_asked',
  'role_decided',
  'quota_asked',
  'quota_decided',
  'webhook_disabled',
  'owner_appointed',
] as const
/** What happens to machines and pools; operators hear of it. */
export const platformKinds = ['machine_fault', 'init_failed', 'machine_ends', 'maintenance_over', 'automation_rests'] as const

export const noticeKinds = [...organizationKinds, ...platformKinds] as const
export const OrganizationKindSchema = z.enum(organizationKinds)
export type OrganizationKind = z.infer<typeof OrganizationKindSchema>
export const NoticeKindSchema = z.enum(noticeKinds)
export type NoticeKind = z.infer<typeof NoticeKindSchema>

export const mailWays = ['at_once', 'hourly', 'daily', 'off'] as const
export type MailWay = (typeof mailWays)[number]

/** Which way a kind goes. */
export const NoticeWaySchema = z.object({ portal: z.boolean(), mail: z.enum(mailWays) })
export type NoticeWay = z.infer<typeof NoticeWaySchema>
export const NoticeWaysSchema = z.partialRecord(NoticeKindSchema, NoticeWaySchema)
export type NoticeWays = z.infer<typeof NoticeWaysSchema>

/** What a sentence names; a kind of deploy is worded by `deploys.kind.<kind>`. */
export const NoticeValuesSchema = z.object({
  by: z.string(),
  number: z.int().optional(),
  service: z.string().optional(),
  deploy: DeployKindSchema.optional(),
  environment: z.enum(['test', 'production']).optional(),
  what: z.string().optional(),
  /** Days that are left, or how many are lost. */
  count: z.int().optional(),
  of: z.int().optional(),
})
export type NoticeValues = z.infer<typeof NoticeValuesSchema>

export const NoticeViewSchema = z.object({
  id: z.string(),
  kind: NoticeKindSchema,
  organization: z.object({ slug: z.string(), name: z.string() }).nullable(),
  href: z.string(),
  values: NoticeValuesSchema,
  at: TimeSchema,
  isRead: z.boolean(),
})
export type NoticeView = z.infer<typeof NoticeViewSchema>

const WaysOfKindsSchema = z.array(NoticeWaySchema.extend({ kind: NoticeKindSchema, isOwn: z.boolean() }))

export const NoticesViewSchema = pageOf(NoticeViewSchema).extend({
  unread: z.int(),
  settings: z.array(
    z.object({
      organization: z.object({ slug: z.string(), name: z.string() }),
      ways: WaysOfKindsSchema,
    }),
  ),
  /** How an operator hears of machines and pools; null for everybody else. */
  platform: WaysOfKindsSchema.nullable(),
  /** Mails are sent at all here. */
  hasMail: z.boolean(),
  email: z.string(),
})
export type NoticesView = z.infer<typeof NoticesViewSchema>

export const deliveryStates = ['waiting', 'delivered', 'failed'] as const
export const DeliveryViewSchema = z.object({
  id: z.string(),
  kind: NoticeKindSchema,
  state: z.enum(deliveryStates),
  tries: z.int(),
  at: TimeSchema,
  lastAt: TimeSchema.nullable(),
  nextAt: TimeSchema.nullable(),
  status: z.int().nullable(),
  error: z.string().nullable(),
  tookMs: z.int().nullable(),
  body: z.string(),
})
export type DeliveryView = z.infer<typeof DeliveryViewSchema>

export const WebhookViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  url: z.string(),
  kinds: z.array(OrganizationKindSchema),
  by: PersonSchema,
  at: TimeSchema,
  failures: z.int(),
  /** Null = it is sent to; `by` null = switched off after too many failures. */
  disabled: z.object({ at: TimeSchema, by: PersonSchema.nullable() }).nullable(),
  /** Newest first. */
  deliveries: z.array(DeliveryViewSchema),
  /** There are older ones. */
  hasMore: z.boolean(),
})
export type WebhookView = z.infer<typeof WebhookViewSchema>
export const WebhooksViewSchema = z.object({
  organization: z.object({ slug: z.string(), name: z.string() }),
  items: z.array(WebhookViewSchema),
  /** Of the deliveries, where one webhook is asked for. */
  next: z.string().nullable(),
  previous: z.string().nullable(),
})
export type WebhooksView = z.infer<typeof WebhooksViewSchema>
