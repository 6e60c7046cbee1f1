'use client'

import { useEffect, useRef } from 'react'

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
const inDialog = () => document.querySelector('[role="dialog"]') !== null

/** Single keys, and two in a row ("g s"). Never while somebody types or a dialog is open. */
export function useKeys(keys: Record<string, (() => void) | undefined>) {
  const latest = useRef(keys)
  useEffect(() => {
    latest.current = keys
  })
  useEffect(() => {
    let before = ''
    let timer: ReturnType<typeof setTimeout> | undefined
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || inDialog()) return
      const run = latest.current[`${before} ${event.key}`] ?? latest.current[event.key]
      before = event.key
      clearTimeout(timer)
      timer = setTimeout(() => (before = ''), 800)
      if (!run) return
      event.preventDefault()
      before = ''
      run()
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [])
}
