import { ClusterLabelsSchema } from '@/lib/clusters/views'

export const labelsText = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n')

/** One a line, `name=value`; undefined while something is wrong. */
export function readLabels(text: string): Record<string, string> | undefined {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
  const pairs = lines.map((line) => [line.slice(0, line.indexOf('=')).trim(), line.slice(line.indexOf('=') + 1).trim()] as const)
  if (lines.some((line) => !line.includes('=')) || new Set(pairs.map(([name]) => name)).size < pairs.length) return undefined
  const parsed = ClusterLabelsSchema.safeParse(Object.fromEntries(pairs))
  return parsed.success ? parsed.data : undefined
}
