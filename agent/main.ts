import './lean-first'
import { resolve } from 'node:path'
import { readJoinToken } from '@/lib/protocol/join-token'
import { Agent } from './agent'
import { type AgentArguments, readArguments, whyNotHubUrl } from './arguments'
import { connectForOnce } from './connection'
import { DesiredStore } from './desired-store'
import { doctor } from './doctor'
import { type Home, homeAt, lockHome, prepareHome, unlockHome } from './home'
import { IdentityStore } from './identity-store'
import { endWithParent, isChild, launch, runsAnother, updateExit } from './launcher'
import { giveBackLater } from './lean'
import { stopAll } from './stop-all'
import { say } from './unit-context'
import { closeApplications } from './unit-folder'

async function identityFor(home: Home, given: AgentArguments): Promise<IdentityStore> {
  const known = await IdentityStore.load(home)
  if (known?.identity.machineId) {
    const { hub, name, address, allowPlain } = given
    await known.save({
      ...(hub ? { hubUrl: hub } : {}),
      ...(name ? { name } : {}),
      ...(address ? { address } : {}),
      ...(allowPlain ? { allowPlain } : {}),
    })
    return known
  }
  if (!given.join) {
    if (known) return known
    throw new Error('This machine has not joined yet: --join TOKEN is needed.')
  }
  const token = readJoinToken(given.join)
  const hubUrl = given.hub ?? token.hubUrl
  if (!hubUrl) throw new Error('The join token does not say where the hub is: --hub is needed.')
  const facts = { hubUrl, hubFingerprint: token.hubFingerprint, joinSecret: token.secret }
  const named = { name: given.name ?? null, address: given.address ?? null, allowPlain: given.allowPlain }
  // A key pair that was already shown to the hub is kept: the welcome may have been lost on the way.
  if (!known) return IdentityStore.create(home, { ...facts, ...named })
  await known.save({ ...facts, ...named })
  return known
}

async function knownHub(home: Home, given: AgentArguments): Promise<IdentityStore> {
  const store = await identityFor(home, given)
  const whyNot = whyNotHubUrl(store.identity.hubUrl, store.identity.allowPlain)
  if (whyNot) throw new Error(whyNot)
  return store
}

/** Joins and ends, so that whoever installs an agent hears at once how it went. */
async function join(home: Home, given: AgentArguments): Promise<void> {
  const known = (await IdentityStore.load(home))?.identity
  if (known?.machineId && given.join && readJoinToken(given.join).hubFingerprint !== known.hubFingerprint)
    throw new Error('This machine belongs to another hub. Uninstall its agent first, then join.')
  const store = await knownHub(home, given)
  if (known?.machineId) return say(`joined already, as machine ${known.machineId}`)
  const { welcome } = await connectForOnce(store, (await DesiredStore.load(home.desired)).current)
  say(`joined as machine ${welcome.machineId}`)
}

const verbs: Readonly<Record<string, (home: Home, given: AgentArguments) => Promise<void>>> = { join, 'stop-all': stopAll }

async function main(): Promise<void> {
  // Files are private unless a mode says otherwise; programs inherit it.
  process.umask(0o027)
  const args = process.argv.slice(2)
  const [first = '', ...others] = args
  const verb = verbs[first]
  const given = readArguments(verb || first === 'doctor' ? others : args)
  const home = homeAt(resolve(given.home))
  if (first === 'doctor') return doctor(home, given)
  await prepareHome(home)
  // Another file is in force: this one only starts it, and looks after it.
  if (!verb && !isChild() && runsAnother(home)) return launch(home, args)
  await lockHome(home)
  if (verb) {
    await verb(home, given)
    process.exit(0)
  }
  closeApplications(home)
  const store = await knownHub(home, given)
  const agent = await Agent.start(home, store)
  const stop = () => agent.stop()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop)
  endWithParent(stop)
  say(`agent works in ${home.root}`)
  giveBackLater()
  await agent.run()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.off(signal, stop)
  say('agent stopped; units go on')
  if (!agent.isLeaving) process.exit(0)
  if (isChild()) process.exit(updateExit)
  await unlockHome(home)
  await launch(home, args)
}

main().catch((error) => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
})
