import { readContent } from '@/lib/drivers/kubernetes/workload-content'

interface ServiceSpec {
  readonly clusterIP?: string
  readonly ports?: readonly { readonly name?: string; readonly port?: number }[]
}

/** The ports under which a service is asked in its cluster, by name: of the Service that is called as it is, as what was ordered says. */
export const servicePorts = (contents: readonly string[], service: string): Map<string, number> =>
  new Map(
    contents
      .flatMap((text) => readContent(text).objects)
      .filter(({ kind, metadata }) => kind === 'Service' && metadata.name === service)
      .flatMap(({ spec }) => (spec as ServiceSpec).ports ?? [])
      .flatMap(({ name, port }) => (name && port ? [[name, port] as const] : [])),
  )
