import { isHook, isIn, isServer, processesOfUnits } from '@/chaos/processes'
import { type Check, packageOf, rowsOf, unitsOnDisks } from './look'

interface Served {
  readonly unitId: string
  readonly ordinal: number
  readonly state: string
  readonly held: boolean
  readonly service: string
  readonly machine: string
  readonly address: string
  readonly port: number
  readonly digest: string | null
  readonly message: string | null
}

const servedSql = `
  select u.id as "unitId", u.ordinal, u.state, u.held, s.name as service, m.name as machine, m.address, (a.ports ->> 'http')::int as port,
    v.digest, rel.values ->> 'message' as message
  from "Unit" u join "Stage" st on st.id = u."stageId" join "Service" s on s.id = st."serviceId"
    join "Allocation" a on a."unitId" = u.id and a."to" is null join "Machine" m on m.id = a."machineId"
    left join "Release" rel on rel.id = u."releaseId" left join "PackageVersion" v on v.id = rel."packageVersionId"
  where u."stageId" = $1 and u."removedAt" is null order by u.ordinal`

/** What is said to run has its release on the disk of its machine, a live process there, and answers as that release would. */
export const whatIsSaidToRunRuns: Check = async (scene) => {
  const units = (await rowsOf<Served>(scene, servedSql)).filter(({ state, held }) => state === 'running' && !held)
  const seen = processesOfUnits().filter(isServer)
  const said = units.map(async (unit) => {
    const name = `${unit.service}/${unit.ordinal}`
    const home = scene.homes.get(unit.machine) ?? ''
    const onDisk = unitsOnDisks(scene).find((one) => one.machine === unit.machine && one.name === name)
    if (!onDisk) return `${name} is said to run on ${unit.machine}, and its folder is not there`
    if (packageOf(onDisk.folder) !== unit.digest) return `${name} has another package on disk than its release`
    const own = seen.filter((one) => one.environment.get('TENGEN_UNIT_ID') === unit.unitId && isIn(one, home))
    if (own.length !== 1) return `${name} is said to run on ${unit.machine}, and ${own.length} processes of it live there`
    const answer = await ask(unit)
    const isRight = answer?.unitId === unit.unitId && answer.message === unit.message
    return isRight ? undefined : `${name} should answer "${unit.message}" and answers ${JSON.stringify(answer)}`
  })
  return (await Promise.all(said)).filter((one) => one !== undefined)
}

async function ask({ address, port }: Served): Promise<{ unitId?: string; message?: string } | undefined> {
  try {
    const response = await fetch(`http://${address}:${port}/`, { signal: AbortSignal.timeout(3000) })
    return (await response.json()) as { unitId?: string; message?: string }
  } catch {
    return undefined
  }
}

/** Over all machines. */
export const neverTwo: Check = async (scene) => {
  const ids = await rowsOf<{ id: string; ordinal: number }>(scene, `select id, ordinal from "Unit" where "stageId" = $1`)
  const servers = processesOfUnits().filter(isServer)
  return ids.flatMap(({ id, ordinal }) => {
    const pids = servers.filter(({ environment }) => environment.get('TENGEN_UNIT_ID') === id).map(({ pid }) => pid)
    return pids.length > 1 ? [`${pids.length} processes of unit ${ordinal} live: ${pids.join(', ')}`] : []
  })
}

/** Folders and processes without a place in the rows must stand in the ledger. */
export const ledgerNamesWhatIsLeft: Check = async (scene) => {
  const places = await rowsOf<{ machine: string; id: string; name: string }>(
    scene,
    `select m.name as machine, u.id, s.name || '/' || u.ordinal as name from "Unit" u join "Stage" st on st.id = u."stageId" join "Service" s on s.id = st."serviceId"
       join "Allocation" a on a."unitId" = u.id and a."to" is null join "Machine" m on m.id = a."machineId"
     where u."stageId" = $1
     union all
     select m.name, l."unitId", l."unitName" from "Ledger" l join "Machine" m on m.id = l."machineId" where l."closedAt" is null`,
  )
  const [service] = await rowsOf<{ name: string }>(
    scene,
    `select s.name from "Stage" st join "Service" s on s.id = st."serviceId" where st.id = $1`,
  )
  const isKnown = (machine: string, name: string) => places.some((place) => place.machine === machine && place.name === name)
  const folders = unitsOnDisks(scene)
    .filter(({ machine, name }) => name.split('/')[0] === service?.name && !isKnown(machine, name))
    .map(({ machine, name }) => `the folder of ${name} is left on ${machine}, and nobody names it`)
  const left = processesOfUnits().flatMap((one) => {
    const name = one.environment.get('TENGEN_UNIT') ?? ''
    const machine = [...scene.homes].find(([, home]) => isIn(one, home))?.[0]
    const isOurs = machine !== undefined && name.split('/')[0] === service?.name && (isServer(one) || isHook(one))
    return isOurs && !isKnown(machine, name) ? [`process ${one.pid} of ${name} lives on ${machine}, and nobody names it`] : []
  })
  return [...folders, ...left]
}
