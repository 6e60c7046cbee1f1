import { env } from '@/lib/env'

/** A path of ours as people and programs outside reach it. */
export function publicUrl(path: string): string {
  const { PUBLIC_URL, GATEWAY_PORT } = env()
  return new URL(path, PUBLIC_URL ?? `http://127.0.0.1:${GATEWAY_PORT}`).href
}
