import { readContent } from '@/lib/drivers/kubernetes/workload-content'

interface ServiceSpec {
  readonly ports?: readonly { readonly name?: string }[]
}

/** The names of the ports under which a service is asked in its cluster: of the Service that is called as it is, as what was ordered says. */
export const servicePorts = (contents: readonly string[], service: string): string[] => [
  ...new Set(
    contents
      .flatMap((text) => readContent(text).objects)
      .filter(({ kind, metadata }) => kind === 'Service' && metadata.name === service)
      .flatMap(({ spec }) => (spec as ServiceSpec).ports ?? [])
      .flatMap(({ name }) => name ?? []),
  ),
]
