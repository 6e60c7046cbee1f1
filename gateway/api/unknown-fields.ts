import { z } from 'zod'

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
  readonly propertyNames?: Schema
  readonly items?: Schema
  readonly prefixItems?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly type?: string
  readonly const?: unknown
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, Schema>>
}

/** A body names only what its schema names: a word that is mistyped would be left out without a word. */
export const closed = (schema: { properties?: unknown; additionalProperties?: unknown }): void => {
  if (schema.properties !== undefined && schema.additionalProperties === undefined) schema.additionalProperties = false
}

const made = new WeakMap<z.ZodType, Schema>()

function shapeOf(schema: z.ZodType): Schema {
  const found = made.get(schema)
  if (found) return found
  const override = ({ jsonSchema }: { jsonSchema: object }) => closed(jsonSchema)
  const shape = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', override } as never) as Schema
  made.set(schema, shape)
  return shape
}

/** Where in an input fields stand that its schema does not know. */
export function unknownFields(schema: z.ZodType, input: unknown): string[] {
  const root = shapeOf(schema)
  return unknownIn(root, input, [], root)
}

type Path = readonly (string | number)[]

function unknownIn(schema: Schema, input: unknown, path: Path, root: Schema): string[] {
  if (schema.$ref)
    return unknownIn(schema.$ref === '#' ? root : (root.$defs?.[schema.$ref.split('/').pop() ?? ''] ?? {}), input, path, root)
  const choices = schema.anyOf ?? schema.oneOf
  // Of several shapes it has the one that it fits best; what is wrong with its values, the schema itself says.
  if (choices) {
    const fitting = choices.filter((one) => mayBe(one, input)).map((one) => unknownIn(one, input, path, root))
    return fitting.sort((a, b) => a.length - b.length)[0] ?? []
  }
  if (Array.isArray(input)) return input.flatMap((one, index) => unknownIn(itemOf(schema, index), one, [...path, index], root))
  if (typeof input !== 'object' || input === null) return []
  if (schema.allOf) return inAll(schema.allOf, input, path, root)
  const { properties = {}, additionalProperties = true } = schema
  return Object.entries(input).flatMap(([name, value]) => {
    const here = [...path, name]
    const own = Object.hasOwn(properties, name) ? properties[name] : undefined
    if (own) return unknownIn(own, value, here, root)
    if (additionalProperties === false) return [here.join('.')]
    return typeof additionalProperties === 'object' ? unknownIn(additionalProperties, value, here, root) : []
  })
}

function mayBe({ type, properties = {} }: Schema, input: unknown): boolean {
  if (typeof input !== 'object' || input === null) return true
  if (type !== undefined && type !== (Array.isArray(input) ? 'array' : 'object')) return false
  return Object.entries(properties).every(
    ([name, one]) => one.const === undefined || one.const === (input as Record<string, unknown>)[name],
  )
}

const itemOf = ({ items, prefixItems }: Schema, index: number): Schema => prefixItems?.[index] ?? items ?? {}

/** What none of them knows. */
function inAll(all: readonly Schema[], input: object, path: Path, root: Schema): string[] {
  const [first = [], ...others] = all.map((one) => unknownIn(one, input, path, root))
  return first.filter((field) => others.every((unknown) => unknown.includes(field)))
}
