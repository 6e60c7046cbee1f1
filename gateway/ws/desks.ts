import { type Admitted, admitAgents } from '@/lib/machines/admit-agents'
import { type Connect, leaveAgents } from '@/lib/machines/heard-agents'
import { type Knock, type Refusal, refusal } from '@/lib/machines/join-machine'
import { recordFacts, type SaidFacts } from '@/lib/machines/record-facts'
import { type OutputBatch, recordOutput } from '@/lib/output/record-output'
import type { DesiredSet } from '@/lib/protocol/desired'
import type { OutputPlace } from '@/lib/protocol/output'
import { type DesiredAsk, readDesired } from '@/lib/services/read-desired'
import { recordInventories, type SaidInventory } from '@/lib/services/record-inventories'
import { BatchDesk } from './batch-desk'
import { HeardDesk } from './heard-desk'
import { LiveOutputDesk } from './live-output-desk'
import { NewsDesk } from './news-desk'
import { SampleDesk } from './sample-desk'
import { TerminalDesk } from './terminal-desk'

/** What agents say now and then is gathered so long. */
const lookedAtMs = 200
/** One that comes alone is let in at once; of thousands that come back within seconds each waits this long for others. */
const spacingMs = 150

const wakeAll = async (wakes: readonly (() => void)[]): Promise<void> => {
  for (const wake of wakes) wake()
}

const keyOf = ({ machineId }: { readonly machineId: string }): string => machineId

/** What the connections of a gateway do together: many agents speak at one moment, and one statement can say it for all of them. */
export class Desks {
  readonly news = new NewsDesk()
  readonly heard = new HeardDesk()
  readonly terminals = new TerminalDesk()
  readonly samples = new SampleDesk()
  readonly liveOutput = new LiveOutputDesk()
  readonly admissions: BatchDesk<Waiting, Admitted | Refusal>
  readonly facts = new BatchDesk<SaidFacts, undefined>(allOf(recordFacts), { most: 500, keyOf, spacingMs })
  readonly inventories = new BatchDesk<SaidInventory, undefined>(allOf(recordInventories), { most: 500, keyOf, gatherMs: lookedAtMs })
  /** "Is there anything newer?", of thousands every half minute: nobody is in a hurry, for changes come by themselves. */
  readonly polls = new BatchDesk<() => void, undefined>(allOf(wakeAll), { most: 500, gatherMs: lookedAtMs })
  /** A deploy wakes all its machines at once: their desired sets are read at once too. */
  readonly desired = new BatchDesk<DesiredAsk, DesiredSet | undefined>(readDesired, { most: 500 })
  readonly output = new BatchDesk<OutputBatch, OutputPlace[]>(keepOutput, { most: 50 })
  readonly ends = new BatchDesk<Connect, undefined>(allOf(leaveAgents), { most: 2_000 })

  constructor(gatewayId: string) {
    const admit = (knocks: readonly Waiting[]) => admitThose(knocks, gatewayId)
    this.admissions = new BatchDesk<Waiting, Admitted | Refusal>(admit, { most: 500, keyOf: ({ hello }) => hello.signKey, spacingMs })
  }

  close(): void {
    this.heard.close()
    this.samples.close()
    this.liveOutput.close()
  }
}

interface Waiting extends Knock {
  readonly isThere: () => boolean
}

const goneAway = refusal('gone', 'Nobody waits for the answer any more.', false)

async function admitThose(knocks: readonly Waiting[], gatewayId: string): Promise<(Admitted | Refusal)[]> {
  const there = knocks.filter((knock) => knock.isThere())
  const answers = there.length > 0 ? await admitAgents(there, gatewayId) : []
  return knocks.map((knock) => answers[there.indexOf(knock)] ?? goneAway)
}

/** For what has no answer but that it is done. */
const allOf =
  <Ask>(work: (asks: readonly Ask[]) => Promise<void>) =>
  async (asks: readonly Ask[]): Promise<undefined[]> => {
    await work(asks)
    return asks.map(() => undefined)
  }

/** Where each one's units stand, once it is committed. An agent sends one frame at a time. */
async function keepOutput(batches: readonly OutputBatch[]): Promise<OutputPlace[][]> {
  const places = await recordOutput(batches)
  return batches.map(({ machineId }) => places.get(machineId) ?? [])
}
