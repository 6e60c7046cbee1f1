import type { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { AppError } from '@/lib/errors'
import { createJoinToken } from './create-join-token'
import { findJoinKit } from './join-kit'
import { executableLine, executableName, joinLine } from './join-line'
import type { JoinOffer, OfferJoinSchema } from './join-views'

/** A join token, and the one line that brings a machine in with it. */
export async function offerJoin(actor: Actor, { hub, ...ask }: z.output<typeof OfferJoinSchema>): Promise<JoinOffer> {
  authorize(actor, 'machine.manage', {}, 'This pool')
  const kit = await findJoinKit()
  if (!kit) throw new AppError('unavailable', 'This hub has no agent to hand out: it was not built.', { reason: 'no_agent' })
  const made = await createJoinToken(actor, ask)
  const executables = Object.entries(kit.executables).map(([architecture, { sizeBytes, sha256 }]) => ({
    architecture,
    path: `/join/${executableName(architecture)}`,
    sizeBytes,
    sha256,
    line: executableLine({ hub, token: made.token }, architecture),
  }))
  return { ...made, executables, line: joinLine({ hub, token: made.token, scriptSha256: kit.script.sha256 }) }
}
