import { validateConfig } from '@/lib/package-format/config-schema'
import type { ConfigSchemaJson } from '@/lib/services/views'
import type { SchemaField } from './schema-fields'
import type { Values } from './value-path'

/** The server's own check, run here while people type. By field key; findings without a field come under ''. */
export function findingsByField(schema: ConfigSchemaJson, fields: readonly SchemaField[], values: Values): Record<string, string> {
  const found: Record<string, string> = {}
  for (const finding of validateConfig(schema, values)) {
    const path = finding.path.split('/').slice(1)
    const field = fields.find((one) => one.path.every((part, i) => part === path[i]))
    const key = field?.key ?? ''
    found[key] ??= finding.message
  }
  return found
}
