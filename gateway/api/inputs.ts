import { z } from 'zod'

/** Pieces of addresses that routes share. */
export const slug = z.string().min(1).max(100)
export const inOrganization = z.object({ org: slug })
export const inApplication = z.object({ org: slug, app: slug })
export const aDeploy = z.object({ org: slug, number: z.coerce.number().int().min(1).max(2_147_483_647) })

/** Several values of a filter, separated by commas. */
export const several = <Item extends z.ZodType<unknown, string>>(item: Item) =>
  z
    .string()
    .max(500)
    .transform((text) => text.split(',').filter(Boolean))
    .pipe(z.array(item).max(30))
    .optional()

/** What every request for a change answers. */
export const OpenedSchema = z.object({ recordId: z.string(), number: z.int() }).meta({ id: 'OpenedDeploy' })

/** Of lists that once came whole a program gets as much at once as there is, when it does not say how much. */
export const most = 200
