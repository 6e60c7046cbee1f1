import { linesOfHooks, linesWithoutHoles, noHookAgain, noHookBesideItself } from './log'
import type { Check, Scene } from './look'
import {
  allEnded,
  automationRests,
  nothingFalselySucceeded,
  nothingReservedForNobody,
  onePlaceAUnit,
  ownersAndDeadlines,
  whatDiffersIsHeld,
} from './rows'
import { ledgerNamesWhatIsLeft, neverTwo, whatIsSaidToRunRuns } from './world'

/** What must hold once everything has come to rest, whatever happened before. */
export const invariants: readonly (readonly [name: string, check: Check])[] = [
  ['every record has ended', allEnded],
  ['what is open names its owner and its deadline', ownersAndDeadlines],
  ['nothing succeeded whose tasks did not', nothingFalselySucceeded],
  ['what is said to run has its release on disk, lives and answers', whatIsSaidToRunRuns],
  ['never two live processes of one unit', neverTwo],
  ['a unit has one place', onePlaceAUnit],
  ['what differs from its service is held by name', whatDiffersIsHeld],
  ['no hook ran beside itself', noHookBesideItself],
  ['no hook ran again after its end', noHookAgain],
  ['lines of a record have no hole', linesWithoutHoles],
  ['lines of a hook come once and in order', linesOfHooks],
  ['nothing is reserved for what has ended', nothingReservedForNobody],
  ['automation rests while many machines of a pool are missing', automationRests],
  ['the ledger names what is left on disks', ledgerNamesWhatIsLeft],
]

/** Sentences about everything that should not be. */
export async function check(scene: Scene): Promise<string[]> {
  const found: string[] = []
  for (const [name, one] of invariants) {
    for (const says of await one(scene)) found.push(`${name}: ${says}`)
  }
  return found
}
