import { z } from 'zod'

export const ExternalEndpointSchema = z.object({
  /** A host name or an address. */
  address: z.string().regex(/^[A-Za-z0-9]([A-Za-z0-9.:-]{0,253}[A-Za-z0-9])?$/, 'must be a host name or an address'),
  port: z.int().min(1).max(65_535),
})
export const ExternalEndpointsSchema = z.array(ExternalEndpointSchema).min(1).max(100)

/** Who shall fulfil a requirement: a service of ours, or something that is not. Exactly one of both. */
export const ProviderSchema = z.union([z.object({ serviceId: z.string() }).strict(), z.object({ externalId: z.string() }).strict()])
export type Provider = z.infer<typeof ProviderSchema>

/** Requirement of the consumer's package → who fulfils it. Several for a proxy that serves many. */
export const RelationChoicesSchema = z.record(z.string().max(40), z.array(ProviderSchema).max(50))
export type RelationChoices = z.infer<typeof RelationChoicesSchema>
