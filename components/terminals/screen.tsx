'use client'

import { Terminal } from '@xterm/xterm'
import '@xterm/xterm/css/xterm.css'
import { type RefObject, useEffect, useImperativeHandle, useRef } from 'react'

export interface ScreenHandle {
  write: (bytes: Uint8Array) => void
  clear: () => void
}

interface Props {
  handle: RefObject<ScreenHandle | null>
  label: string
  /** From now on it shows what is written: it is loaded later than what stands beside it. */
  onReady?: () => void
  onType?: (text: string) => void
  /** F6: whoever has no mouse goes on behind the screen, which takes every other key. */
  onLeave?: () => void
  /** Also once at the beginning. Without it the screen keeps the size of what it replays. */
  onSize?: (cols: number, rows: number) => void
  size?: { cols: number; rows: number }
  /** What no terminal wrote: a line feed is the end of a line. */
  isPlain?: boolean
}

/** Our pages allow style elements by nonce only, and xterm makes some while it opens, in this very document. */
function openWithNonce(terminal: Terminal, host: HTMLElement): void {
  const { nonce } = document.querySelector<HTMLScriptElement>('script[nonce]') ?? { nonce: '' }
  const make = document.createElement.bind(document)
  document.createElement = ((name: string, options?: ElementCreationOptions) => {
    const element = make(name, options)
    if (name === 'style') element.nonce = nonce
    return element
  }) as typeof document.createElement
  try {
    terminal.open(host)
  } finally {
    Reflect.deleteProperty(document, 'createElement')
  }
}

function themeOf(host: HTMLElement) {
  const { color, backgroundColor, caretColor } = getComputedStyle(host)
  return { foreground: color, background: backgroundColor, cursor: caretColor, selectionBackground: 'rgb(128 128 128 / 0.35)' }
}

/** As many columns and rows as fit, by the size that one has now. */
function fitting(host: HTMLElement, terminal: Terminal) {
  const screen = host.querySelector('.xterm-screen')?.getBoundingClientRect()
  if (!screen?.width) return undefined
  const cols = Math.floor((host.clientWidth - 24) / (screen.width / terminal.cols))
  const rows = Math.floor((host.clientHeight - 16) / (screen.height / terminal.rows))
  return { cols: Math.min(400, Math.max(20, cols)), rows: Math.min(200, Math.max(6, rows)) }
}

/** Where nobody types, Tab goes on as elsewhere. */
function takesKey({ type, key, shiftKey }: KeyboardEvent, isLive: boolean, leave: (() => void) | undefined): boolean {
  if (!isLive) return key !== 'Tab'
  if (key !== 'F6' || shiftKey || !leave) return true
  if (type === 'keydown') leave()
  return false
}

/** A screen that shows bytes and tells what is typed. Loaded only where there is one. */
export function Screen({ handle, label, onReady, onType, onLeave, onSize, size, isPlain = false }: Props) {
  const host = useRef<HTMLDivElement>(null)
  const terminal = useRef<Terminal | null>(null)
  const latest = useRef({ onReady, onType, onLeave, onSize })
  latest.current = { onReady, onType, onLeave, onSize }
  useImperativeHandle(handle, () => ({
    write: (bytes) => terminal.current?.write(bytes),
    clear: () => terminal.current?.reset(),
  }))
  const isFitted = onSize !== undefined
  const isLive = onType !== undefined
  const cols = size?.cols
  const rows = size?.rows
  useEffect(() => {
    const box = host.current
    if (!box) return
    const made = new Terminal({
      fontFamily: getComputedStyle(box).fontFamily,
      fontSize: 12,
      lineHeight: 1.25,
      minimumContrastRatio: 4.5,
      scrollback: 5000,
      disableStdin: !isLive,
      convertEol: isPlain,
      cursorBlink: false,
      theme: themeOf(box),
      ...(isFitted || !cols || !rows ? {} : { cols, rows }),
    })
    openWithNonce(made, box)
    terminal.current = made
    latest.current.onReady?.()
    made.textarea?.setAttribute('aria-label', label)
    made.attachCustomKeyEventHandler((event) => takesKey(event, isLive, latest.current.onLeave))
    made.onData((text) => latest.current.onType?.(text))
    const fit = () => {
      const wanted = isFitted ? fitting(box, made) : undefined
      if (!wanted) return
      if (wanted.cols !== made.cols || wanted.rows !== made.rows) made.resize(wanted.cols, wanted.rows)
      latest.current.onSize?.(made.cols, made.rows)
    }
    const sizes = new ResizeObserver(fit)
    sizes.observe(box)
    const dark = window.matchMedia('(prefers-color-scheme: dark)')
    const repaint = () => {
      made.options.theme = themeOf(box)
    }
    dark.addEventListener('change', repaint)
    if (isLive) made.focus()
    return () => {
      sizes.disconnect()
      dark.removeEventListener('change', repaint)
      made.dispose()
      terminal.current = null
    }
  }, [label, isFitted, isLive, isPlain, cols, rows])
  return <div ref={host} className={isFitted ? 'term-screen' : 'term-screen as-was'} />
}
