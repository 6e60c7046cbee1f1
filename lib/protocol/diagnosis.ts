import { createHash } from 'node:crypto'
import { chmodSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { Concealer } from './conceal'

/** How one question was answered. */
export interface Finding {
  readonly part: string
  readonly ok: boolean
  readonly ms: number
  /** What a reader wants to know first. */
  readonly says: string
}

export interface Answer {
  readonly says: string
  /** False where it answered and the answer is bad. */
  readonly ok?: boolean
  /** Files of the bundle by path: text, or an object that becomes JSON. */
  readonly files?: Readonly<Record<string, unknown>>
}

const patienceMs = 10_000

/** A bundle of answers in one file, with everything secret taken out. No question keeps the others from being answered. */
export class Diagnosis {
  readonly findings: Finding[] = []
  private readonly files = new Map<string, unknown>()
  private readonly secrets: string[] = []

  constructor(
    readonly of: 'hub' | 'agent',
    readonly version: string,
  ) {}

  /** Values that must not be in the bundle, wherever they stand. */
  hide(values: Iterable<string>): void {
    this.secrets.push(...values)
  }

  async ask(part: string, question: () => Promise<Answer> | Answer): Promise<void> {
    const began = performance.now()
    const end = (ok: boolean, says: string) => this.findings.push({ part, ok, ms: Math.round(performance.now() - began), says })
    let late: NodeJS.Timeout | undefined
    try {
      const patience = new Promise<never>((_, reject) => {
        late = setTimeout(() => reject(new Error(`no answer within ${patienceMs / 1000} s`)), patienceMs)
      })
      const { ok = true, says, files = {} } = await Promise.race([Promise.resolve().then(question), patience])
      for (const [path, content] of Object.entries(files)) this.files.set(path, content)
      end(ok, says)
    } catch (error) {
      end(false, error instanceof Error ? error.message || error.name : String(error))
    } finally {
      clearTimeout(late)
    }
  }

  /** What was found, as it may be shown. */
  lines(): string[] {
    const concealer = new Concealer(this.secrets)
    return this.findings.map(({ part, ok, says }) => `${ok ? '✓' : '✗'} ${part.padEnd(12)} ${concealer.text(says)}`)
  }

  /** Whole or not at all, and for the eyes of its owner. */
  async write(file: string): Promise<void> {
    const concealer = new Concealer(this.secrets)
    const contents = [...this.files].map(([path, content]) => ({
      path,
      bytes: Buffer.from(typeof content === 'string' ? concealer.text(content) : json(concealer.json(content))),
    }))
    const manifest = {
      tengenDoctor: 1,
      of: this.of,
      version: this.version,
      at: new Date().toISOString(),
      findings: this.findings,
      files: contents.map(({ path, bytes }) => ({ path, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') })),
    }
    const all = [{ path: 'manifest.json', bytes: Buffer.from(json(concealer.json(manifest))) }, ...contents]
    const half = `${file}.partial`
    try {
      writeFileSync(half, gzipSync(await archive(all)), { mode: 0o600 })
      chmodSync(half, 0o600)
      renameSync(half, file)
    } catch (error) {
      rmSync(half, { force: true })
      throw error
    }
  }
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

async function archive(files: readonly { path: string; bytes: Buffer }[]): Promise<Buffer> {
  const tar = pack()
  const chunks: Buffer[] = []
  const collecting = (async () => {
    for await (const chunk of tar as AsyncIterable<Buffer>) chunks.push(chunk)
  })()
  for (const { path, bytes } of files) tar.entry({ name: `tengen-doctor/${path}`, mode: 0o600 }, bytes)
  tar.finalize()
  await collecting
  return Buffer.concat(chunks)
}

/** `tengen-doctor-hub-20261128T0030.tar.gz` */
export const diagnosisName = (of: string): string => `tengen-doctor-${of}-${new Date().toISOString().replace(/[-:]|\..*$/g, '')}.tar.gz`
