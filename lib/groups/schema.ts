import { z } from 'zod'
import { EnvironmentSchema } from '@/lib/views'

const NameSchema = z.string().regex(/^[a-z][a-z0-9-]{1,39}$/, 'Use 2 to 40 lower-case letters, digits and dashes, beginning with a letter.')

/** One service of a group. `requires`: requirement of its package → members that fulfil it. */
const member = {
  name: NameSchema,
  count: z.int().min(1).max(1000).default(1),
  values: z.record(z.string(), z.unknown()).default({}),
  requires: z.record(z.string().max(40), z.array(NameSchema).min(1).max(50)).default({}),
}

/** As a template ships: packages by name, in their newest version. */
export const TemplateMemberSchema = z.strictObject({
  ...member,
  package: z.string().max(100),
  component: z.string().max(40).default('main'),
})
export type TemplateMember = z.output<typeof TemplateMemberSchema>

export const GroupTemplateSchema = z.strictObject({
  'tengen-group': z.literal(1),
  name: NameSchema,
  title: z.string().min(1).max(100),
  description: z.string().max(1000),
  members: z.array(TemplateMemberSchema).min(1).max(50),
})

/** As it is asked for: each service with an exact version. */
export const GroupMemberSchema = z.object({
  ...member,
  packageVersionId: z.string(),
  component: z.string().default('main'),
  secrets: z.record(z.string(), z.string()).default({}),
})
export type GroupMember = z.output<typeof GroupMemberSchema>

export const CreateGroupSchema = z.object({
  organization: z.string(),
  application: z.string(),
  name: NameSchema,
  /** One runtime for all of them. */
  runtimeId: z.string(),
  members: z.array(GroupMemberSchema).min(1).max(50),
  template: z.string().max(100).optional(),
  reason: z.string().trim().max(500).optional(),
  expectedHash: z.string().optional(),
})
export type CreateGroupInput = z.input<typeof CreateGroupSchema>

/** What can be asked of a whole group. */
export const groupKinds = ['restart', 'stop', 'start', 'remove'] as const

export const ChangeGroupSchema = z.object({
  organization: z.string(),
  application: z.string(),
  group: z.string(),
  environment: EnvironmentSchema,
  kind: z.enum(groupKinds),
  keepData: z.boolean().default(true),
  reason: z.string().trim().max(500).optional(),
  expectedHash: z.string().optional(),
})
export type ChangeGroupInput = z.input<typeof ChangeGroupSchema>
