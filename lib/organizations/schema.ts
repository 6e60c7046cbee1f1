import { z } from 'zod'
import { plainName } from '@/lib/plain-name'

/** As it stands in addresses. */
export const slugSchema = z.string().regex(/^[a-z][a-z0-9-]{1,38}[a-z0-9]$/, 'must be 3 to 40 small letters, digits and dashes')
const name = plainName(80)

export const NewOrganizationSchema = z.object({
  slug: slugSchema.refine((slug) => !['new', 'platform'].includes(slug), { message: 'is taken' }),
  name,
  /** Its first application: services live in one. */
  application: z.object({ slug: slugSchema, name }),
})
export type NewOrganization = z.infer<typeof NewOrganizationSchema>

/** One more application of an organisation. */
export const NewApplicationSchema = z.object({
  organization: z.string().max(100),
  /** What comes after it in addresses are pages: an application is not called like one. */
  slug: slugSchema.refine((slug) => slug !== 'new', { message: 'is taken' }),
  name,
})
export const RenameApplicationSchema = z.object({ organization: z.string().max(100), application: z.string().max(100), name })

export const ApplicationRefSchema = z.object({ organization: z.string().max(100), application: z.string().max(100) })

export const RenameOrganizationSchema = z.object({ organization: z.string().max(100), name })
