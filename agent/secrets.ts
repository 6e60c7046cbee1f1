import { open, sealContext } from '@/lib/protocol/identity'
import type { Mask } from '@/lib/protocol/mask'
import { AgentFailure } from './failure'

/** Sealed on disk, open in memory only. */
export class Secrets {
  private readonly values = new Map<string, string>()

  constructor(readonly mask: Mask) {}

  /** Opens what is new; the mask learns a value before any program can print it. */
  learn(sealed: Record<string, string>, machineId: string, boxPrivateKey: string): void {
    for (const [reference, value] of Object.entries(sealed)) {
      if (!this.values.has(reference)) this.values.set(reference, open(boxPrivateKey, value, sealContext.secret(machineId, reference)))
    }
    this.mask.set(this.values.values())
  }

  readonly valueFor = (reference: string): string => {
    const value = this.values.get(reference)
    if (value === undefined) throw new AgentFailure('secret_missing', `The value of secret ${reference} has not come to this machine.`)
    return value
  }
}
