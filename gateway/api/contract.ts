type Json = { readonly [key: string]: unknown }

interface Operation {
  readonly parameters: readonly { name: string; in: string; required: boolean; schema: Json }[]
  readonly requestBody?: { content: Record<string, { schema: Json }> }
  readonly responses: Record<string, { content?: Record<string, { schema?: Json }> }>
}

interface Document {
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: { readonly schemas: Record<string, Json> }
}

/**
 * What programs may count on, a line each: that an address is there (`at`), what it takes (`may`), what it asks for (`must`) and what
 * it answers (`out`). Lines of `at`, `may` and `out` are never lost, and no `must` is added to what was there: then old programs go on.
 */
export function contractOf(document: object): string[] {
  const { paths, components } = document as Document
  const lines: string[] = []
  const follow = (schema: Json): Json => {
    const name = typeof schema.$ref === 'string' ? schema.$ref.split('/').pop() : undefined
    return name ? (components.schemas[name] ?? {}) : schema
  }
  for (const [path, methods] of Object.entries(paths))
    for (const [method, operation] of Object.entries(methods)) {
      const at = `${method.toUpperCase()} ${path}`
      lines.push(`at ${at}`)
      for (const one of operation.parameters.filter((parameter) => parameter.in === 'query'))
        lines.push(`${one.required ? 'must' : 'may'} ${at} ?${one.name}`)
      for (const [type, { schema }] of Object.entries(operation.requestBody?.content ?? {}))
        for (const line of type === 'application/json' ? inputLines(follow(schema), follow) : [`may ${type}`])
          lines.push(line.replace(' ', ` ${at} `))
      for (const { content } of Object.values(operation.responses))
        for (const { schema } of Object.values(content ?? {}))
          if (schema && !schema.$ref) lines.push(...outputLines(schema).map((line) => `out ${at} ${line}`))
    }
  for (const [name, schema] of Object.entries(components.schemas)) lines.push(...outputLines(schema).map((line) => `out ${name}${line}`))
  return [...new Set(lines)].sort()
}

/** Members of a body: at its top what must be there, below that what may. */
function inputLines(schema: Json, follow: (schema: Json) => Json): string[] {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, Json>)
  const required = new Set((schema.required ?? []) as string[])
  return properties.flatMap(([name, one]) => [
    `${required.has(name) ? 'must' : 'may'} .${name}`,
    ...((follow(one).enum as unknown[] | undefined)?.map((value) => `may .${name}=${value}`) ?? []),
  ])
}

/** Every member that is always there, however deep, up to the schemas that have names of their own. */
function outputLines(schema: Json, above = ''): string[] {
  const choices = (schema.anyOf ?? schema.oneOf) as Json[] | undefined
  if (choices)
    return choices.length === 2 && choices.some((one) => one.type === 'null') ? choices.flatMap((one) => outputLines(one, above)) : []
  if (schema.type === 'array') return outputLines((schema.items ?? {}) as Json, `${above}[]`)
  const required = new Set((schema.required ?? []) as string[])
  return Object.entries((schema.properties ?? {}) as Record<string, Json>)
    .filter(([name]) => required.has(name))
    .flatMap(([name, one]) => [`${above}.${name}`, ...outputLines(one, `${above}.${name}`)])
}

/** What would break programs that were written for `before`. */
export function breaks(before: readonly string[], now: readonly string[]): string[] {
  const [old, present] = [new Set(before), new Set(now)]
  const lost = before.filter((line) => !line.startsWith('must ') && !present.has(line) && !present.has(line.replace(/^may /, 'must ')))
  const asked = now.filter((line) => line.startsWith('must ') && !old.has(line) && old.has(`at ${line.split(' ').slice(1, 3).join(' ')}`))
  return [...lost.map((line) => `lost: ${line}`), ...asked.map((line) => `newly asked for: ${line}`)]
}
