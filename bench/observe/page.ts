import { request } from 'node:http'
import type { Hub } from '@/bench/hub/hub'

/** As components/services/service-page.tsx has it: news come together for so long, the first of them at once. */
const everyMs = 600
const firstMs = 40

interface Shown {
  readonly placements: readonly {
    readonly workload: { readonly pods: readonly { readonly name: string; readonly restarts: number }[] } | null
  }[]
}

/** The page of one service, as a browser has it open: hears news of its organisation, and then reads the service again. */
export class ServicePage {
  private timer: NodeJS.Timeout | undefined
  private ranAt = 0
  private isClosed = false
  private readonly ending = new AbortController()

  private constructor(
    private readonly hub: Hub,
    readonly service: string,
    private readonly cookie: string,
    private readonly shows: (pod: string, restarts: number) => void,
  ) {}

  static async open(
    hub: Hub,
    service: string,
    { cookie, topic, shows }: { cookie: string; topic: string; shows: (pod: string, restarts: number) => void },
  ): Promise<ServicePage> {
    const page = new ServicePage(hub, service, cookie, shows)
    await page.hear(topic)
    await page.read()
    return page
  }

  close(): void {
    this.isClosed = true
    clearTimeout(this.timer)
    this.ending.abort()
  }

  private hear(topic: string): Promise<void> {
    const path = `/api/v1/events?topics=${topic}`
    return new Promise((opened, failed) => {
      const asked = request({ host: '127.0.0.1', port: this.hub.port, path, headers: { cookie: this.cookie }, signal: this.ending.signal })
      asked.on('error', (error) => !this.isClosed && failed(error))
      asked.on('response', (answer) => {
        answer.setEncoding('utf8').on('data', (text: string) => text.includes('data: {"t') && this.news())
        answer.on('error', () => {})
        opened()
      })
      asked.end()
    })
  }

  private news(): void {
    this.timer ??= setTimeout(() => void this.run(), Math.max(firstMs, everyMs - (performance.now() - this.ranAt)))
  }

  private async run(): Promise<void> {
    this.timer = undefined
    this.ranAt = performance.now()
    await this.read().catch((error: unknown) => {
      if (!this.isClosed) throw error
    })
  }

  private async read(): Promise<void> {
    const path = `/api/v1/organizations/harbor/applications/shop/services/${this.service}?environment=test`
    const answer = await fetch(`http://127.0.0.1:${this.hub.port}${path}`, { headers: { cookie: this.cookie }, signal: this.ending.signal })
    if (!answer.ok) throw new Error(`The page of ${this.service}: ${answer.status} ${await answer.text()}`)
    const { placements } = (await answer.json()) as Shown
    for (const { workload } of placements) for (const { name, restarts } of workload?.pods ?? []) this.shows(name, restarts)
  }
}
