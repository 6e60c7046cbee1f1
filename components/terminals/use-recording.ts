'use client'

import { type RefObject, useEffect, useState } from 'react'
import { fetchJson } from '@/components/frame/fetch-json'
import { api } from '@/lib/paths'
import { type Recording, RecordingSchema, type TerminalView } from '@/lib/terminals/views'
import type { ScreenHandle } from './screen'

const lookMs = 700
/** Nobody waits for what a person waited for. */
const longestPauseMs = 2000

const bytesOf = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))

async function readAll(org: string, id: string, after: number, signal: AbortSignal) {
  const frames: Recording['frames'] = []
  for (let from: number | null = after; from !== null; ) {
    const page: Recording = await fetchJson(`${api.recording(org, id)}?after=${from}`, RecordingSchema, signal)
    frames.push(...page.frames)
    from = page.next
    if (from === null) return { frames, terminal: page.terminal }
  }
  throw new Error('unreachable')
}

/** Plays what a terminal showed, at a speed; 0 shows all at once and goes on with what comes, as for a command that runs. */
export function useRecording(org: string, id: string, speed: number, screen: RefObject<ScreenHandle | null>) {
  const [terminal, setTerminal] = useState<TerminalView | null>(null)
  const [failed, setFailed] = useState(false)
  const [round, setRound] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `round` plays it once more
  useEffect(() => {
    const abort = new AbortController()
    const { signal } = abort
    const wait = (ms: number) => new Promise<void>((done) => setTimeout(done, ms))
    const play = async () => {
      screen.current?.clear()
      let last = 0
      let at: number | undefined
      for (;;) {
        const { frames, terminal: seen } = await readAll(org, id, last, signal)
        setTerminal(seen)
        for (const frame of frames) {
          const time = Date.parse(frame.at)
          if (speed > 0 && at !== undefined) await wait(Math.min(longestPauseMs, time - at) / speed)
          if (signal.aborted) return
          at = time
          last = frame.seq
          screen.current?.write(bytesOf(frame.data))
        }
        if (seen.endedAt || signal.aborted) return
        await wait(lookMs)
      }
    }
    // The screen is loaded lazily: it is there one turn later at the earliest.
    void (async () => {
      while (!screen.current && !signal.aborted) await wait(30)
      await play()
    })().catch(() => signal.aborted || setFailed(true))
    return () => abort.abort()
  }, [org, id, speed, screen, round])
  return { terminal, failed, again: () => setRound((before) => before + 1) }
}
