import { EmulatedAgent, type EmulatedPlace, type Tally } from './emulated-agent'

/** One process of many agents: its parent says where the hub is, and asks how they are. */
export type ToEmulator = { type: 'join'; places: EmulatedPlace[] } | { type: 'ask' } | { type: 'stop' }

const ticks = 50
/** Handshakes under way while all join; afterwards each comes back as an agent does. */
const mostJoining = 100
const tally: Tally = { connected: 0, begun: 0, refused: undefined }
const agents: EmulatedAgent[] = []
let dialled = 0

setInterval(() => {
  while (dialled < agents.length && dialled - tally.connected < mostJoining) agents[dialled++]?.dial()
}, 10)

let tick = 0
setInterval(() => {
  for (let i = tick % ticks; i < agents.length; i += ticks) agents[i]?.beat()
  tick += 1
}, Number(process.argv[2]) / ticks)

process.on('message', (message: ToEmulator) => {
  if (message.type === 'join') for (const place of message.places) agents.push(new EmulatedAgent(place, tally))
  else if (message.type === 'ask') process.send?.(tally)
  else process.exit(0)
})
process.on('disconnect', () => process.exit(0))
