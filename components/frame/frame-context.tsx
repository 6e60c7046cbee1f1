'use client'

import { createContext, useContext } from 'react'
import type { FrameView } from '@/lib/organizations/views'

export interface FrameTools {
  frame: FrameView
  openPalette: () => void
  openKeys: () => void
  openSide: () => void
}

export const FrameContext = createContext<FrameTools | null>(null)

/** Null outside the frame (sign-in, not found). */
export const useFrame = () => useContext(FrameContext)
