import { z } from 'zod'
import { RuntimeChoiceSchema } from '@/lib/services/new-service-views'
import { EnvironmentSchema, GateSchema } from '@/lib/views'

const TemplateMemberViewSchema = z.object({
  name: z.string(),
  package: z.string(),
  /** Null: no version of its package is active. */
  version: z.string().nullable(),
  packageVersionId: z.string().nullable(),
  component: z.string(),
  mode: z.enum(['replicated', 'singleton', 'daemon']),
  count: z.int(),
  values: z.record(z.string(), z.unknown()),
  /** Requirement → members that fulfil it. */
  requires: z.record(z.string(), z.array(z.string())),
})

/** A group as it ships, with the packages this organisation would get. Members in the order they are deployed in. */
export const GroupTemplateViewSchema = z.object({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  members: z.array(TemplateMemberViewSchema),
})
export type GroupTemplateView = z.infer<typeof GroupTemplateViewSchema>

export const GroupTemplatesSchema = z.object({
  templates: z.array(GroupTemplateViewSchema),
  runtimes: z.array(RuntimeChoiceSchema),
  gate: GateSchema,
})
export type GroupTemplates = z.infer<typeof GroupTemplatesSchema>

/** A group of an application in one environment, its services in the order of their relations. */
export const GroupViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  environment: EnvironmentSchema,
  services: z.array(z.object({ name: z.string(), running: z.int(), wanted: z.int(), health: z.string() })),
})
export const GroupListSchema = z.object({ groups: z.array(GroupViewSchema), gate: GateSchema })
export type GroupView = z.infer<typeof GroupViewSchema>
export type GroupList = z.infer<typeof GroupListSchema>
