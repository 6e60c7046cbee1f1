import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import pg from 'pg'
import { extract } from 'tar-stream'
import { encrypt } from '@/lib/encrypt'
import { setEnv } from '@/lib/env'
import { makeSigningKeys, newNonce } from '@/lib/protocol/identity'
import { writeJoinToken } from '@/lib/protocol/join-token'
import { secretPlace } from '@/lib/services/set-secrets'
import type { Product } from './product'

const root = path.join(import.meta.dirname, '../..')

export interface Bundle {
  /** All bytes of it, unpacked. */
  readonly text: string
  readonly files: Readonly<Record<string, string>>
}

export async function readBundle(file: string): Promise<Bundle> {
  const tar = gunzipSync(readFileSync(file))
  const files: Record<string, string> = {}
  const unpack = extract()
  unpack.end(tar)
  for await (const entry of unpack) {
    const chunks: Buffer[] = []
    for await (const chunk of entry as AsyncIterable<Buffer>) chunks.push(chunk)
    files[entry.header.name.replace(/^tengen-doctor\//, '')] = Buffer.concat(chunks).toString('utf8')
  }
  return { text: tar.toString('utf8'), files }
}

/** The command line as it is built, on the machine of the hub. */
export async function tengenDoctor(home: string, env: Record<string, string> = {}) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tengen-doctor-'))
  const out = path.join(folder, 'out.tar.gz')
  const all: Record<string, string> = { PATH: process.env.PATH ?? '', ...env }
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(root, 'dist/cli.mjs'), 'doctor', '--home', home, '--out', out],
    {
      cwd: folder,
      encoding: 'utf8',
      env: all as NodeJS.ProcessEnv,
    },
  )
  if (status !== 0) throw new Error(`${stdout}${stderr}`)
  const bundle = await readBundle(out)
  rmSync(folder, { recursive: true })
  return { status, stdout, bundle }
}

/** Secrets where they might slip into a bundle: rows, logs, settings, and the files of the hub. */
export async function plantSecrets(product: Product): Promise<Record<string, string> & { known: string; named: string }> {
  setEnv({ TENGEN_HOME: product.home, DATABASE_URL: product.databaseUrl })
  const known = 'correct horse, battery staple'
  const named = 'k9f-plain'
  const { privateKey } = makeSigningKeys()
  const token = writeJoinToken({ hubFingerprint: 'f'.repeat(64), secret: newNonce() })
  const client = new pg.Client({ connectionString: product.databaseUrl })
  await client.connect()
  await client.query(
    `insert into "Secret" (id, "organizationId", "applicationId", environment, name) select 'planted', "organizationId", id, 'test', 'PLANTED' from "Application" limit 1`,
  )
  await client.query(`insert into "SecretVersion" ("secretId", version, ciphertext) values ('planted', 1, $1)`, [
    encrypt(known, secretPlace('planted', 1)),
  ])
  await client.query(`update "Hub" set "automationOffReason" = $1`, [`it said ${known}`])
  await client.end()
  const log = (fields: object) => appendFileSync(path.join(product.home, 'logs/gateway.log'), `${JSON.stringify(fields)}\n`)
  log({ level: 50, time: new Date().toISOString(), part: 'gateway.test', msg: 'it broke', detail: known, url: product.databaseUrl })
  log({ level: 30, password: named, nested: { body: JSON.stringify({ note: known, token: named }) }, pem: privateKey })
  appendFileSync(
    path.join(product.home, 'logs/gateway.log'),
    `plain ${token} api_key=${named} ${encodeURIComponent(known)}\n${privateKey}\n`,
  )
  const passwords = JSON.parse(readFileSync(path.join(product.home, 'postgres.json'), 'utf8')) as Record<string, string>
  const key = readFileSync(path.join(product.home, 'master.key'), 'utf8').trim()
  const coded = { uri: encodeURIComponent(known), base64: Buffer.from(known).toString('base64') }
  return { known, named, token, pem: privateKey.split('\n')[1] ?? '', key, ...passwords, ...coded }
}
