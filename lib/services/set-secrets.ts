import type { Actor } from '@/lib/auth/actor'
import { authorize, ofService } from '@/lib/auth/authorize'
import type { Tx } from '@/lib/db/client'
import type { Service } from '@/lib/db/generated/client'
import type { Environment } from '@/lib/db/generated/enums'
import { encrypt } from '@/lib/encrypt'
import { writeEvent } from '@/lib/events/write-event'
import { digestOf } from '@/lib/protocol/canonical'

export const secretPlace = (secretId: string, version: number): string => `SecretVersion/${secretId}/${version}/ciphertext`

/** The same secret has the same id in a preview and in the request that follows, so their plans have the same hash. */
const secretIdFor = (applicationId: string, environment: string, serviceName: string, key: string): string =>
  `sec_${digestOf([applicationId, environment, serviceName, key]).slice(0, 24)}`

/** Stores new versions of a service's secrets and returns the values that name them: key → `secret:<id>`. */
export async function setSecrets(
  tx: Tx,
  actor: Actor,
  { service, environment, secrets }: { service: Service; environment: Environment; secrets: Readonly<Record<string, string>> },
): Promise<Record<string, string>> {
  const names: Record<string, string> = {}
  const entries = Object.entries(secrets)
  if (entries.length === 0) return names
  authorize(actor, environment === 'production' ? 'secret.set_production' : 'secret.set_test', ofService(service), 'This secret')
  for (const [key, value] of entries) {
    const id = secretIdFor(service.applicationId, environment, service.name, key)
    const known = await tx.secret.findUnique({ where: { id } })
    const version = (known?.version ?? 0) + 1
    const { organizationId, applicationId } = service
    await tx.secret.upsert({
      where: { id },
      create: { id, organizationId, applicationId, serviceId: service.id, environment, name: key, version },
      update: { version, serviceId: service.id },
    })
    await tx.secretVersion.create({
      data: { secretId: id, version, ciphertext: encrypt(value, secretPlace(id, version)), createdBy: actor.id },
    })
    await writeEvent(tx, actor, {
      name: 'secret.set',
      organizationId,
      subject: { kind: 'service', id: service.id },
      // Of what nobody may read, the version.
      data: { key, version, before: { version: known?.version ?? null }, after: { version } },
    })
    names[key] = `secret:${id}`
  }
  return names
}
