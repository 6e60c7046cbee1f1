'use client'

import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'
import { postJson } from '@/components/frame/fetch-json'
import { api } from '@/lib/paths'
import { TerminalHearSchema, type TerminalSay, type TerminalView, TicketSchema } from '@/lib/terminals/views'
import type { ScreenHandle } from './screen'

export type TerminalState =
  | { kind: 'connecting' | 'open' | 'lost' }
  | { kind: 'ended'; reason: NonNullable<TerminalView['endReason']>; exitCode: number | null; message: string | null }

const firstRetryMs = 500
const mostRetryMs = 8000
/** A paste goes in pieces. */
const pieceChars = 1000

const bytesOf = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))

/** What comes before the screen is there waits for it: a shell says its first words once. */
function usePatientScreen(screen: RefObject<ScreenHandle | null>) {
  const waiting = useRef<Uint8Array[] | null>([])
  const write = useCallback(
    (bytes: Uint8Array) => {
      if (waiting.current) waiting.current.push(bytes)
      else screen.current?.write(bytes)
    },
    [screen],
  )
  const showWaiting = useCallback(() => {
    const waited = waiting.current ?? []
    waiting.current = null
    for (const bytes of waited) screen.current?.write(bytes)
  }, [screen])
  return { write, showWaiting }
}

/** One terminal over as many connections as it takes: what the screen has is not sent again, what it missed is. */
export function useTerminal(org: string, opened: { terminalId: string; ticket: string }, screen: RefObject<ScreenHandle | null>) {
  const [state, setState] = useState<TerminalState>({ kind: 'connecting' })
  const [view, setView] = useState<TerminalView | null>(null)
  const socket = useRef<WebSocket | null>(null)
  const size = useRef<{ cols: number; rows: number } | null>(null)
  const { write, showWaiting } = usePatientScreen(screen)
  const { terminalId, ticket } = opened
  useEffect(() => {
    let last = 0
    let failures = 0
    let isOver = false
    let retry: ReturnType<typeof setTimeout> | undefined
    const connect = (with_: string) => {
      const made = new WebSocket(`${window.location.origin.replace(/^http/, 'ws')}/ws/terminal`)
      socket.current = made
      made.onopen = () => made.send(JSON.stringify({ type: 'hello', ticket: with_, after: last } satisfies TerminalSay))
      made.onmessage = ({ data }: MessageEvent<string>) => {
        const heard = TerminalHearSchema.safeParse(JSON.parse(data))
        if (!heard.success) return
        const news = heard.data
        if (news.type === 'opened') {
          failures = 0
          setView(news.terminal)
          setState({ kind: 'open' })
          if (size.current) made.send(JSON.stringify({ type: 'resize', ...size.current }))
        } else if (news.type === 'frame') {
          last = news.seq
          write(bytesOf(news.data))
        } else {
          isOver = true
          setState({ kind: 'ended', reason: news.reason, exitCode: news.exitCode, message: news.message })
        }
      }
      made.onclose = () => {
        if (isOver) return
        setState({ kind: 'lost' })
        again()
      }
    }
    const again = () => {
      retry = setTimeout(
        async () => {
          const next = await postJson(api.terminalTicket(org, terminalId), { body: {}, schema: TicketSchema })
          if (isOver) return
          if (next.ok) return connect(next.data.ticket)
          if (next.error.code === 'unavailable') return again()
          isOver = true
          setState({ kind: 'ended', reason: next.error.code === 'conflict' ? 'gone' : 'revoked', exitCode: null, message: null })
        },
        Math.min(mostRetryMs, firstRetryMs * 2 ** failures++),
      )
    }
    connect(ticket)
    return () => {
      isOver = true
      clearTimeout(retry)
      socket.current?.close()
    }
  }, [org, terminalId, ticket, write])
  const say = (message: TerminalSay) => {
    if (socket.current?.readyState === WebSocket.OPEN) socket.current.send(JSON.stringify(message))
  }
  return {
    state,
    view,
    type: (text: string) => {
      for (let start = 0; start < text.length; start += pieceChars) say({ type: 'type', data: text.slice(start, start + pieceChars) })
    },
    resize: (cols: number, rows: number) => {
      size.current = { cols, rows }
      say({ type: 'resize', cols, rows })
    },
    showWaiting,
    close: () => say({ type: 'close' }),
  }
}
