import { setTimeout as sleep } from 'node:timers/promises'
import { applyObject, deleteObject, findObject } from './apply'
import type { KubernetesClient } from './client'
import { isForbidden } from './errors'
import { labelsOf, type NamespaceWish } from './namespace-objects'
import { type KubernetesObject, pathOf, pathOfObject, types } from './objects'
import { applicationIn } from './permissions'

/** As whom images are pulled from a registry. */
export interface Pull {
  readonly server: string
  readonly username: string
  readonly password: string
}

export const pullSecret = 'tengen-registries'
const tries = 15
const betweenMs = 200

type Place = Pick<NamespaceWish, 'name' | 'hubId' | 'applicationId'>
interface Account extends KubernetesObject {
  readonly imagePullSecrets?: readonly { readonly name: string }[]
}

/** Gives the pods of a namespace what its registries ask for: one secret, named by the account that pods have when they name none. */
export async function tendPulls(client: KubernetesClient, place: Place, pulls: readonly Pull[]): Promise<void> {
  const account = await podsAccount(client, place.name)
  const named = account.imagePullSecrets ?? []
  const others = named.filter(({ name }) => name !== pullSecret)
  const isNamed = others.length < named.length
  if (pulls.length === 0 && !isNamed) return
  const secret = secretOf(place, pulls)
  const as = applicationIn(place.name)
  // A role that was given a moment ago is not known at once to every part of the cluster.
  await patiently<unknown>(isForbidden, () => (pulls.length > 0 ? applyObject(client, secret, as) : deleteObject(client, secret, as)))
  if (pulls.length > 0 === isNamed) return
  const imagePullSecrets = pulls.length > 0 ? [...others, { name: pullSecret }] : others
  // Server-side apply would own the whole list, and others' names in it.
  const body = { metadata: { resourceVersion: account.metadata.resourceVersion }, imagePullSecrets }
  await client.patch(pathOfObject(account), body, { contentType: 'application/merge-patch+json' })
}

/** The cluster makes it with the namespace, a moment later. */
async function podsAccount(client: KubernetesClient, namespace: string): Promise<Account> {
  const path = pathOf(types.serviceAccount, namespace, 'default')
  return patiently(
    (error) => error instanceof NotYet,
    async () => {
      const found = await findObject(client, path)
      if (!found) throw new NotYet('The namespace has no account for its pods.')
      return { ...found, apiVersion: 'v1', kind: 'ServiceAccount' }
    },
  )
}

class NotYet extends Error {}

async function patiently<T>(isPassing: (error: unknown) => boolean, work: () => Promise<T>): Promise<T> {
  for (let left = tries; ; left -= 1) {
    try {
      return await work()
    } catch (error) {
      if (left <= 1 || !isPassing(error)) throw error
      await sleep(betweenMs)
    }
  }
}

function secretOf(place: Place, pulls: readonly Pull[]): KubernetesObject {
  const auths = Object.fromEntries(
    pulls.map(({ server, username, password }) => [
      addressOf(server),
      { username, password, auth: Buffer.from(`${username}:${password}`).toString('base64') },
    ]),
  )
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: pullSecret, namespace: place.name, labels: labelsOf(place) },
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': Buffer.from(JSON.stringify({ auths })).toString('base64') },
  }
}

/** Docker Hub is asked at another address than its images say. */
const addressOf = (server: string): string => (server === 'docker.io' ? 'https://index.docker.io/v1/' : server)
