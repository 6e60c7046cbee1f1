import { createReadStream } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { findJoinKit, type JoinKit, type KitFile, readExecutable } from '@/lib/machines/join-kit'
import { executableName } from '@/lib/machines/join-line'
import { architectures } from '@/lib/machines/join-script'

const prefix = '/join/'

/** What machines fetch before anybody knows them: script, agent and Node. Nothing in it is secret; the line that runs it checks it. */
export const isJoinFile = (path: string): boolean => path.startsWith(prefix)

export async function answerJoinFile(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return say(response, 405, 'Only GET is known here.')
  const name = (request.url?.split('?')[0] ?? '').slice(prefix.length)
  const kit = await findJoinKit().catch(() => undefined)
  if (!kit) return say(response, 503, 'This hub has no agent to hand out: it was not built.')
  const isHead = request.method === 'HEAD'
  if (name === 'agent.sh') {
    response.writeHead(200, headers('text/x-shellscript; charset=utf-8', Buffer.byteLength(kit.script.text), kit.script.sha256))
    response.end(isHead ? undefined : kit.script.text)
    return
  }
  const whole = architectures.map((one) => (name === executableName(one) ? kit.executables[one] : undefined)).find(Boolean)
  if (whole) {
    response.writeHead(200, headers('application/octet-stream', whole.sizeBytes, whole.sha256))
    return isHead ? void response.end() : send(readExecutable(whole), response)
  }
  const file = fileOf(kit, name)
  if (!file) return say(response, 404, 'There is nothing at this address.')
  response.writeHead(200, headers('application/octet-stream', file.sizeBytes, file.sha256))
  if (isHead) response.end()
  else await send(createReadStream(file.path, { end: file.sizeBytes - 1 }), response)
}

/** Who hangs up in the middle is not our trouble. */
const send = (from: AsyncIterable<Buffer>, response: ServerResponse): Promise<void> =>
  pipeline(from, response).catch(() => void response.destroy())

function fileOf({ agent, nodes }: JoinKit, name: string): KitFile | undefined {
  const architecture = architectures.find((one) => name === `node-linux-${one}`)
  if (architecture) return nodes[architecture]
  return name === 'agent.mjs' ? agent : undefined
}

const headers = (type: string, bytes: number, sha256: string) => ({
  'content-type': type,
  'content-length': bytes,
  'cache-control': 'no-cache',
  etag: `"${sha256}"`,
})

function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })
  response.end(`${text}\n`)
}
