import { z } from 'zod'

/** A person of the demo, as the page behind the one-time link offers them. */
export const DemoPersonSchema = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  /** developer, admin, operator, viewer or outsider (member of another organisation). */
  part: z.enum(['developer', 'admin', 'owner', 'operator', 'viewer', 'outsider']),
  organizationName: z.string().nullable(),
})
export type DemoPerson = z.infer<typeof DemoPersonSchema>

export const DemoPeopleSchema = z.object({
  people: z.array(DemoPersonSchema),
  signedInAs: z.string().nullable(),
  expires: z.iso.datetime(),
})
export type DemoPeople = z.infer<typeof DemoPeopleSchema>
