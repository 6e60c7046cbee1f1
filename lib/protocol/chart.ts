interface Chosen {
  readonly chart?: string | undefined
}

/** Made by a Helm chart, in a cluster: how many and how large is the chart's own matter. */
export const isOfChart = ({ chart }: Chosen): boolean => chart !== undefined

/** A component runs in clusters by its chart or by itself. */
export function whyNotChart(component: Chosen, runtimes: readonly string[]): string | undefined {
  if (runtimes.includes('helm') !== isOfChart(component)) return 'runtimes has helm exactly where its components have a chart'
  if (!runtimes.includes('helm') || !runtimes.includes('kubernetes')) return undefined
  return 'runs in clusters by its chart or by itself, not both: runtimes has helm or kubernetes'
}
