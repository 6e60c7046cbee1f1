export type Values = Record<string, unknown>

const isObject = (value: unknown): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value)

export const valueAt = (values: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((at, part) => (isObject(at) ? at[part] : undefined), values)

/** A copy with one value changed; `undefined` takes the key away, and objects that became empty with it. */
export function withValue(values: Values, path: readonly string[], value: unknown): Values {
  const [first, ...rest] = path
  if (first === undefined) return values
  const next = rest.length === 0 ? value : withValue(isObject(values[first]) ? (values[first] as Values) : {}, rest, value)
  const empty = next === undefined || (rest.length > 0 && isObject(next) && Object.keys(next).length === 0)
  const { [first]: _before, ...others } = values
  return empty ? others : { ...values, [first]: next }
}

export const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
