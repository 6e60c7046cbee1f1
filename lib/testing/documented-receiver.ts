import { readFileSync } from 'node:fs'
import path from 'node:path'

/** What the documentation tells receivers to do, as it stands there. */
export async function documentedReceiver(): Promise<(secret: string, headers: object, body: string) => boolean> {
  const text = readFileSync(path.join(import.meta.dirname, '../../docs/how-to/hear-of-things.md'), 'utf8')
  const [, code = ''] = /```js\n([\s\S]*?)```/.exec(text) ?? []
  const { isOurs } = await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(`${code}export { isOurs }`)}`)
  return isOurs
}
