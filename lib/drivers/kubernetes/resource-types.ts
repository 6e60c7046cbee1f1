import type { KubernetesClient } from './client'
import { isNotFound } from './errors'
import type { KubernetesObject, ResourceType } from './objects'

interface ResourceList {
  readonly resources?: readonly { readonly name: string; readonly kind: string; readonly namespaced: boolean }[]
}

const rootOf = (apiVersion: string): string => (apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`)

/** Which kinds a cluster knows, and under which address: asked once for each group and version that is met. */
export class ResourceTypes {
  private readonly known = new Map<string, Promise<ReadonlyMap<string, ResourceType>>>()

  constructor(private readonly client: KubernetesClient) {}

  /** Undefined: the cluster knows no such kind. */
  async find({ apiVersion, kind }: Pick<KubernetesObject, 'apiVersion' | 'kind'>): Promise<ResourceType | undefined> {
    const found = this.known.get(apiVersion) ?? this.ask(apiVersion)
    this.known.set(apiVersion, found)
    // What could not be asked is asked again.
    found.catch(() => this.known.delete(apiVersion))
    return (await found).get(kind)
  }

  private async ask(apiVersion: string): Promise<ReadonlyMap<string, ResourceType>> {
    const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion]
    try {
      const { resources = [] } = await this.client.get<ResourceList>(rootOf(apiVersion))
      const own = resources.filter(({ name }) => !name.includes('/'))
      return new Map(own.map(({ name, kind, namespaced }) => [kind, { group, version, plural: name, kind, namespaced }]))
    } catch (error) {
      if (isNotFound(error)) return new Map()
      throw error
    }
  }
}
