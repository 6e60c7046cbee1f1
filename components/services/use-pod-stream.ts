'use client'

import { useEffect, useState } from 'react'
import { type PodLine, PodLineSchema } from '@/lib/clusters/pod-log-views'

const mostLines = 5_000
const gatherMs = 150

export interface PodStream {
  readonly lines: readonly PodLine[]
  readonly version: number
  /** Refused, or not to be had: the page asks once more in another way and hears why. */
  readonly isBroken: boolean
  readonly isOpen: boolean
}

const nothing: PodStream = { lines: [], version: 0, isBroken: false, isOpen: false }

/** Lines as they come; a line that was lost goes on where it stopped. Null = nothing is followed. */
export function usePodStream(url: string | null): PodStream {
  const [stream, setStream] = useState(nothing)
  useEffect(() => {
    setStream(nothing)
    if (!url) return
    const source = new EventSource(url)
    let fresh: PodLine[] = []
    let timer: ReturnType<typeof setTimeout> | undefined
    const flush = () => {
      timer = undefined
      const more = fresh
      fresh = []
      setStream(({ lines, version }) => ({
        lines: [...lines, ...more].slice(-mostLines),
        version: version + 1,
        isBroken: false,
        isOpen: true,
      }))
    }
    source.onopen = () => setStream((before) => ({ ...before, isOpen: true }))
    source.onmessage = ({ data }: MessageEvent<string>) => {
      fresh.push(PodLineSchema.parse(JSON.parse(data)))
      timer ??= setTimeout(flush, gatherMs)
    }
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED) setStream((before) => ({ ...before, isBroken: true }))
    }
    return () => {
      source.close()
      clearTimeout(timer)
    }
  }, [url])
  return stream
}
