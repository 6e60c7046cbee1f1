import { Validator } from '@cfworker/json-schema'
import type { Route } from './route'

interface Document {
  readonly paths: Record<string, Record<string, { responses: Record<string, { content?: Record<string, { schema?: object }> }> }>>
  readonly components: object
}

/** What is wrong with an answer, by the document that programs read; undefined = nothing. For tests. */
export function answerChecker(document: object) {
  const { paths, components } = document as Document
  const validators = new Map<object, Validator>()
  const validatorOf = (schema: object): Validator => {
    const found = validators.get(schema) ?? new Validator({ ...schema, components } as never, '2020-12', false)
    validators.set(schema, found)
    return found
  }
  return (route: Pick<Route, 'method' | 'path'>, status: number, type: string | null, text: string): string | undefined => {
    const operation = paths[route.path]?.[route.method.toLowerCase()]
    if (!operation) return 'is not in the document'
    const content = (operation.responses[status] ?? operation.responses.default)?.content
    if (!content) return text === '' ? undefined : 'has a body that the document does not name'
    const kind = type?.split(';')[0] ?? ''
    const schema = content[kind]?.schema
    if (!(kind in content)) return `is ${kind}, and the document says ${Object.keys(content).join(', ')}`
    if (!schema) return undefined
    const { valid, errors } = validatorOf(schema).validate(JSON.parse(text))
    const first = errors.at(-1)
    return valid ? undefined : `${first?.instanceLocation} ${first?.error}`
  }
}
