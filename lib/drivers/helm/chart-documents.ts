/** One document of what Helm rendered, and the template that it came from. */
export interface ChartDocument {
  /** `web/templates/deployment.yaml`; empty where Helm does not say. */
  readonly source: string
  readonly text: string
}

const sourceLine = /^# Source: (.+)$/m

export function documentsOf(rendered: string): ChartDocument[] {
  return rendered
    .split(/^---[ \t]*$/m)
    .map((text) => ({ source: sourceLine.exec(text)?.[1]?.trim() ?? '', text: text.replace(sourceLine, '').trim() }))
    .filter(({ text }) => text !== '')
}

/** Templates that made something else the second time, in the chart's order. */
export function unsteady(first: readonly ChartDocument[], second: readonly ChartDocument[]): string[] {
  const bySource = (documents: readonly ChartDocument[]) => {
    const all = new Map<string, string>()
    for (const { source, text } of documents) all.set(source, `${all.get(source) ?? ''}\n---\n${text}`)
    return all
  }
  const [a, b] = [bySource(first), bySource(second)]
  return [...new Set([...a.keys(), ...b.keys()])].filter((source) => a.get(source) !== b.get(source))
}
