import { buildPrograms } from './cluster/build-programs.mjs'
import { bringUp, dropAbandoned, killProgram, listClusters, setCertificate, startProgram, takeDown } from './cluster/clusters.mjs'
import { cutOff, rejoin } from './cluster/network.mjs'
import { readCard } from './cluster/places.mjs'
import { bold, dim, say, step } from './progress.mjs'

/**
 * `npm run cluster up|down|list|cut|join|kill|start|certificate`: real Kubernetes clusters on this machine, several side by side, each in a network
 * namespace of its own. `--json` prints the cluster for programs, `--owner PID` ties it to a process.
 */

const usage = `npm run cluster -- up [NAME] [--bare] [--simulate NODES]   with a node and an ingress controller; bare: the control plane alone
npm run cluster -- down [NAME]            without a name: all that belong to nobody
npm run cluster -- list
npm run cluster -- cut|join NAME          cuts it off from the network, and back
npm run cluster -- kill|start NAME PROGRAM
npm run cluster -- certificate NAME ended|good   of its API server`

const words = process.argv.slice(2)
const isSet = (flag) => words.includes(flag)
const numberOf = (flag) => (isSet(flag) ? Number(words[words.indexOf(flag) + 1]) : undefined)
const withValue = ['--simulate', '--owner']
const [command, name, program] = words.filter((word, index) => !word.startsWith('--') && !withValue.includes(words[index - 1]))

const print = (card) => {
  if (isSet('--json')) return console.log(JSON.stringify(card))
  say(`\n  ${bold(card.name)} is up: ${card.server}\n  ${dim(`kubectl --kubeconfig ${card.kubeconfig} get nodes`)}\n`)
}

async function up(as = 'demo') {
  const tell = isSet('--json') ? () => {} : (one) => say(dim(`  building ${one}`))
  await buildPrograms(tell)
  const options = {
    node: !isSet('--bare'),
    ingress: !isSet('--bare'),
    simulate: numberOf('--simulate') ?? 0,
    ownerPid: numberOf('--owner'),
  }
  if (isSet('--json')) print(await bringUp(as, options))
  else print(await step(`Bring up ${as}`, () => bringUp(as, options)).then(() => readCard(as)))
}

async function down(as) {
  const names = as ? [as] : listClusters().flatMap((card) => (card.ownerPid ? [] : [card.name]))
  for (const one of names) await (isSet('--json') ? takeDown(one) : step(`Take down ${one}`, () => takeDown(one)))
}

function list() {
  const found = listClusters()
  if (isSet('--json')) return console.log(JSON.stringify(found))
  if (!found.length) say('  No cluster is up: npm run cluster up')
  for (const card of found)
    say(`  ${card.name.padEnd(16)} ${(card.isUp ? 'up' : 'broken').padEnd(7)} ${card.server.padEnd(26)} ${dim(card.kubeconfig ?? '')}`)
}

const required = (value, what) => {
  if (!value) throw new Error(`Say which ${what}.\n${usage}`)
  return value
}

const commands = {
  up: () => up(name),
  down: () => down(name),
  list,
  build: () => buildPrograms((one) => say(`  building ${one}`)),
  sweep: dropAbandoned,
  cut: () => cutOff(readCard(required(name, 'cluster'))),
  join: () => rejoin(readCard(required(name, 'cluster'))),
  kill: () => killProgram(required(name, 'cluster'), required(program, 'program')),
  start: () => startProgram(required(name, 'cluster'), required(program, 'program')),
  certificate: () => setCertificate(required(name, 'cluster'), required(program, 'end: ended or good')),
}

async function main() {
  if (!commands[command]) throw new Error(usage)
  await commands[command]()
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error.message)
    process.exit(1)
  },
)
