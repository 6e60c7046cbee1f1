import { inside, run, tryRun } from './run.mjs'

/** Plain Node: each cluster has a network namespace of its own, joined to the machine by one link that can be cut. */

/** Names of links are at most 15 characters, so they carry the number. */
const linkOf = ({ number }) => `tengen${number}`
const within = (card, program, args) => run(...inside(card, program, args))

export async function makeNetwork(card) {
  const { namespace, number, address } = card
  await run('ip', ['netns', 'add', namespace])
  await run('ip', ['link', 'add', linkOf(card), 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace])
  await run('ip', ['addr', 'add', `10.200.${number}.1/24`, 'dev', linkOf(card)])
  await run('ip', ['link', 'set', linkOf(card), 'up'])
  await within(card, 'ip', ['addr', 'add', `${address}/24`, 'dev', 'eth0'])
  for (const link of ['lo', 'eth0']) await within(card, 'ip', ['link', 'set', link, 'up'])
  await within(card, 'ip', ['route', 'add', 'default', 'via', `10.200.${number}.1`])
  await within(card, 'sysctl', ['-qw', 'net.ipv4.ip_forward=1'])
}

/** Nothing gets through any more, and nobody is told: requests hang, as with a broken cable between switches. */
export const cutOff = (card) => within(card, 'ip', ['link', 'set', 'eth0', 'down'])

export async function rejoin(card) {
  await within(card, 'ip', ['link', 'set', 'eth0', 'up'])
  await within(card, 'ip', ['route', 'replace', 'default', 'via', `10.200.${card.number}.1`])
}

export async function dropNetwork(card) {
  await tryRun('ip', ['link', 'del', linkOf(card)])
  await tryRun('ip', ['netns', 'del', card.namespace])
}
