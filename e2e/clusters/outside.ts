import https from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { kubectl, type TestKubernetes } from '@/lib/testing/kubernetes'

/** Where somebody outside reaches a cluster: its address, past every name server. */
export const addressOf = ({ server }: TestKubernetes): string => new URL(server).hostname

export interface Probed {
  readonly asked: number
  readonly failed: readonly string[]
}

interface Door {
  readonly address: string
  readonly host: string
  /** Who signed the certificate that has to be shown. */
  readonly ca: string
}

const ask = ({ address, host, ca }: Door, agent: https.Agent): Promise<string | undefined> =>
  new Promise((resolve) => {
    const request = https.get({ host: address, servername: host, headers: { host }, ca, agent, timeout: 5_000 }, (answer) => {
      answer.resume()
      answer.once('end', () => resolve(answer.statusCode === 200 ? undefined : `answered ${answer.statusCode}`))
      answer.once('error', (error) => resolve(error.message))
    })
    request.once('timeout', () => request.destroy(new Error('no answer in 5 s')))
    request.once('error', (error) => resolve(error.message))
  })

/** What is served there, by one request. */
export const answerOf = ({ address, host, ca }: Door): Promise<string> =>
  new Promise((resolve) => {
    const options = { host: address, servername: host, headers: { host }, ca, agent: false as const, timeout: 5_000, path: '/index.html' }
    const request = https.get(options, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk: string) => void (text += chunk))
      answer.once('end', () => resolve(text))
    })
    request.once('timeout', () => request.destroy(new Error('no answer in 5 s')))
    request.once('error', (error) => resolve(error.message))
  })

/** Asks all the time over connections that are kept, as browsers and load balancers do. */
export function prober(door: Door): { stop(): Promise<Probed> } {
  const agent = new https.Agent({ keepAlive: true, maxSockets: 2 })
  const failed: string[] = []
  let [asked, isOver] = [0, false]
  const one = async () => {
    while (!isOver) {
      const trouble = await ask(door, agent)
      asked++
      if (trouble) failed.push(`${new Date().toISOString()} ${trouble}`)
      await sleep(20)
    }
  }
  const working = Promise.all([one(), one()])
  return {
    async stop() {
      isOver = true
      await working
      agent.destroy()
      return { asked, failed }
    },
  }
}

/** What comes and goes by itself in any cluster. */
const passing = /^(events|leases|endpointslices|endpoints|pods\.metrics|nodes\.metrics|componentstatuses)/

/** The name of every object of a cluster, of all kinds that can be listed. */
export async function everythingIn(cluster: TestKubernetes): Promise<string[]> {
  const kinds = (await kubectl(cluster, 'api-resources', '--verbs=list', '-o', 'name')).trim().split('\n')
  const listed = kinds.filter((kind) => !passing.test(kind)).join(',')
  const where = '{range .items[*]}{.kind}/{.metadata.namespace}/{.metadata.name}{"\\n"}{end}'
  return (await kubectl(cluster, 'get', listed, '--all-namespaces', '-o', `jsonpath=${where}`)).trim().split('\n').sort()
}
