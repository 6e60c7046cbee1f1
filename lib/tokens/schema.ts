import { z } from 'zod'
import { scopeNames } from '@/lib/auth/scopes'
import { plainName } from '@/lib/plain-name'

export const mostDays = 366

/** A secret that says what it is: scanners find it where it should not be, and no door takes it for a session. */
export const tokenPrefix = 'tgn_'
export const isToken = (text: string): boolean => text.startsWith(tokenPrefix)

const slug = z.string().min(1).max(100)

const NewTokenSchema = z.object({
  name: plainName(80, 'Say what it is for.'),
  scopes: z.array(z.enum(scopeNames)).min(1, 'Choose what it may do.').max(scopeNames.length),
  /** It ends after so many days; there is none that does not end. */
  days: z.int().min(1).max(mostDays),
  /** Where alone it is good: an application, or services in it. Missing = all that its person, or the organisation, has. */
  application: slug.optional(),
  services: z.array(slug).min(1).max(50).optional(),
})

/** A token of one's own. */
export const CreateOwnTokenSchema = NewTokenSchema.extend({ organization: slug.optional() })
/** A token of an organisation. */
export const CreateTokenSchema = NewTokenSchema.extend({ organization: slug })
export type NewToken = z.output<typeof CreateOwnTokenSchema>

export const RevokeOwnTokenSchema = z.object({ id: z.string().max(64) })
export const RevokeTokenSchema = RevokeOwnTokenSchema.extend({ organization: slug })
