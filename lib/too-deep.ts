/** Deeper than anybody writes, and far from where what walks through it runs out of stack. */
export const mostDepth = 100

/** Whether an input holds more levels than that. It walks without calling itself. */
export function isTooDeep(input: unknown): boolean {
  const open: [value: unknown, depth: number][] = [[input, 0]]
  for (let next = open.pop(); next; next = open.pop()) {
    const [value, depth] = next
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) continue
    if (depth >= mostDepth) return true
    for (const one of Object.values(value)) if (typeof one === 'object' && one !== null) open.push([one, depth + 1])
  }
  return false
}
