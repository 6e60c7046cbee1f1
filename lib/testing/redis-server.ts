import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { freePort } from './free-port'

export interface RedisServer {
  readonly url: string
  stop(): Promise<void>
}

/** A real Redis of its own, in a folder that goes with it. Rejects with one sentence where Redis is not installed. */
export async function startRedis(port?: number): Promise<RedisServer> {
  const at = port ?? (await freePort())
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tengen-redis-'))
  const child = spawn('redis-server', ['--port', String(at), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'], {
    stdio: 'ignore',
  })
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', () => reject(new Error('redis-server is not installed: apt-get install redis-server')))
  })
  const url = `redis://127.0.0.1:${at}`
  await untilAnswers(url)
  return { url, stop: () => end(child, folder) }
}

async function untilAnswers(url: string): Promise<void> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => 50, maxRetriesPerRequest: null })
  client.on('error', () => {})
  try {
    await Promise.race([client.ping(), sleep(5_000).then(() => Promise.reject(new Error('Redis did not answer within 5 s.')))])
  } finally {
    client.disconnect()
  }
}

async function end(child: ChildProcess, folder: string): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  if (child.exitCode === null && child.signalCode === null) await ended
  rmSync(folder, { recursive: true, force: true })
}
