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

/** As people write it; the slug where the frame does not know it. */
export const useOrganizationName = (slug: string) => {
  const organization = useContext(FrameContext)?.frame.organization
  return organization?.slug === slug ? organization.name : slug
}

/** The same of the organisation's applications. */
export const useApplicationNames = () => {
  const applications = useContext(FrameContext)?.frame.organization?.applications
  return (slug: string) => applications?.find((one) => one.slug === slug)?.name ?? slug
}
export const useApplicationName = (slug: string) => useApplicationNames()(slug)

/** Where "New service" leads from pages that belong to the whole organisation. */
export const useFirstApplication = () => useContext(FrameContext)?.frame.organization?.applications[0]?.slug ?? null

/** Null outside the frame (sign-in, not found). */
export const useFrame = () => useContext(FrameContext)
