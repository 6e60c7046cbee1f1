import { clock } from '@/lib/clock'
import { findHelm, type Helm } from '@/lib/drivers/helm/find-helm'
import { env } from '@/lib/env'

type Found = Helm | { readonly whyNot: string }

const lookAgainMs = 10_000
let last: { readonly given: string | undefined; readonly at: number; readonly found: Promise<Found> } | undefined

/** The Helm program of this process's host. One that was not there is looked for again after a while. */
export async function hubHelm(): Promise<Found> {
  const given = env().TENGEN_HELM
  if (last && last.given === given) {
    const found = await last.found
    if (!('whyNot' in found) || clock.nowMs() - last.at < lookAgainMs) return found
  }
  last = { given, at: clock.nowMs(), found: findHelm(given) }
  return last.found
}

/** Why charts cannot be rendered here; undefined = they can. */
export async function whyNoHelm(): Promise<string | undefined> {
  const found = await hubHelm()
  return 'whyNot' in found ? found.whyNot : undefined
}
