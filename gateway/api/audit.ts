import { Readable } from 'node:stream'
import { z } from 'zod'
import { exportAudit } from '@/lib/audit/export-audit'
import { AuditFilterSchema, ListAuditSchema, listAudit } from '@/lib/audit/list-audit'
import { VerifyAuditSchema, verifyAudit } from '@/lib/audit/verify-audit'
import { AuditListSchema, auditKinds, VerificationSchema } from '@/lib/audit/views'
import { inOrganization, several } from './inputs'
import { type Route, route } from './route'

const List = AuditListSchema.meta({ id: 'Audit' })
const Verified = VerificationSchema.meta({ id: 'AuditVerification' })
const kind = several(z.enum(auditKinds))
const query = ListAuditSchema.omit({ organization: true }).extend({ kind })
const filter = AuditFilterSchema.extend({ kind })

/** The same for an organisation and for what belongs to none. */
const routesOf = (base: `/api/v1/${string}`, whose: string, params: z.ZodObject): Route[] => {
  const organizationOf = (found: unknown) => ({ organization: (found as { org?: string } | undefined)?.org })
  return [
    route({
      method: 'GET',
      path: base,
      summary: `Who did what ${whose}, newest first; refused changes are there too`,
      params,
      query,
      response: List,
      handle: ({ actor, params: found, query: asked }) => listAudit(actor, { ...asked, ...organizationOf(found) }),
    }),
    route({
      method: 'GET',
      path: `${base}/verification`,
      summary: `Whether anything ${whose} was changed, taken out or put in since it was sealed`,
      params,
      query: VerifyAuditSchema,
      response: Verified,
      handle: ({ actor, params: found, query: asked }) => verifyAudit(actor, { ...asked, ...organizationOf(found) }),
    }),
    ...(['csv', 'jsonl'] as const).map((as) =>
      route({
        method: 'GET',
        path: `${base}.${as}`,
        summary: `The same as ${as === 'csv' ? 'CSV' : 'JSON lines'}, oldest first, all of it`,
        params,
        query: filter,
        produces: as === 'csv' ? 'text/csv' : 'application/jsonl',
        async handle({ actor, params: found, query: asked, reply }) {
          const text = await exportAudit(actor, { ...asked, ...organizationOf(found), as })
          reply
            .header('content-type', `${as === 'csv' ? 'text/csv' : 'application/jsonl'}; charset=utf-8`)
            .header('cache-control', 'no-store')
            .header('content-disposition', `attachment; filename="audit.${as}"`)
          return reply.send(Readable.from(text))
        },
      }),
    ),
  ]
}

export const auditRoutes = [
  ...routesOf('/api/v1/organizations/{org}/audit', 'in an organisation', inOrganization),
  ...routesOf('/api/v1/platform/audit', 'on the platform', z.object({})),
]
