import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { endCertificate } from './certificates.mjs'
import { startControlPlane, untilReady } from './control-plane.mjs'
import { startIngress, startSimulation } from './extras.mjs'
import { dropNetwork, makeNetwork } from './network.mjs'
import { endContainers, mountsBelow, startNode } from './node.mjs'
import { clustersFolder, freeNumber, isAbandoned, listCards, placeOf, readCard, takeNumber, writeCard } from './places.mjs'
import { end, isAlive, keep, tryRun } from './run.mjs'

/** Plain Node: clusters come and go, and single programs of them. */

const folders = ['pki', 'log', 'cni']

function makeCard(name, ownerPid) {
  const folder = placeOf(name)
  mkdirSync(clustersFolder, { recursive: true })
  // Making the folder takes the name.
  mkdirSync(folder)
  for (const one of folders) mkdirSync(path.join(folder, one))
  const number = takeNumber(name)
  const address = `10.200.${number}.2`
  const card = {
    name,
    folder,
    number,
    namespace: `tengen-cluster-${name}`,
    address,
    server: `https://${address}:6443`,
    programs: {},
    ownerPid,
  }
  writeCard(card)
  return card
}

/** A cluster of this name: the one that is there, or a new one with what `options` ask for. */
export async function bringUp(name, { node = false, ingress = false, simulate = 0, ownerPid } = {}) {
  if (existsSync(placeOf(name))) {
    const card = readCard(name)
    if (isUp(card)) return card
    await takeDown(name)
  }
  const card = makeCard(name, ownerPid)
  try {
    await makeNetwork(card)
    await startControlPlane(card)
    if (node) await startNode(card)
    if (ingress) await startIngress(card)
    if (simulate) await startSimulation(card, simulate)
    card.upAt = new Date().toISOString()
    writeCard(card)
    return card
  } catch (error) {
    await takeDown(name)
    throw error
  }
}

/** Dependents first, so that nothing is started anew by what still runs. */
const order = ['ingress', 'simulation', 'dns', 'proxy', 'kubelet', 'scheduler', 'controllers', 'apiserver', 'etcd']

const groupFolders = (card) => {
  const top = '/sys/fs/cgroup'
  return [top, ...readdirSync(top).map((name) => path.join(top, name))]
    .map((folder) => path.join(folder, card.namespace))
    .filter(existsSync)
}

/** Control groups are removed as empty folders, the innermost first. */
function dropGroups(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) if (entry.isDirectory()) dropGroups(path.join(folder, entry.name))
  try {
    rmdirSync(folder)
  } catch {}
}

/** Leaves no process, mount, network or control group behind. */
export async function takeDown(name) {
  const card = readCard(name)
  await Promise.all(order.map((program) => end(card, program)))
  const networks = await endContainers(card)
  await end(card, 'containerd')
  for (const network of networks) await tryRun('ip', ['netns', 'del', network])
  for (const mount of mountsBelow(card.folder)) await tryRun('umount', ['-l', mount])
  await dropNetwork(card)
  for (const folder of groupFolders(card)) dropGroups(folder)
  rmSync(card.folder, { recursive: true, force: true })
  freeNumber(card.number)
}

export const isUp = (card) => Boolean(card.upAt) && Object.values(card.programs).every(({ pid }) => isAlive(pid))

export const listClusters = () => listCards().map((card) => ({ ...card, isUp: isUp(card) }))

/** What test runs left behind that were ended hard. */
export async function dropAbandoned() {
  for (const card of listCards().filter(isAbandoned)) await takeDown(card.name)
}

export const killProgram = (name, program, signal = 'SIGKILL') => end(readCard(name), program, signal)

export async function startProgram(name, program) {
  const card = readCard(name)
  if (isAlive(card.programs[program]?.pid)) return
  keep(card, program)
  if (program === 'apiserver' || program === 'etcd') await untilReady(card)
}

/** Its API server shows a certificate that has ended, or one that is good again; it is begun anew, so that nobody holds an older connection. */
export async function setCertificate(name, word) {
  if (word !== 'ended' && word !== 'good') throw new Error('A certificate is either ended or good.')
  await endCertificate(readCard(name), 'apiserver', word === 'ended')
  await killProgram(name, 'apiserver')
  await startProgram(name, 'apiserver')
}
