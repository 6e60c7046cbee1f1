import { isIn, processesOfUnits } from '@/chaos/processes'
import { type Check, rowsOf, unitsOnDisks } from './look'

/** After the service was removed: nothing of it lives, lies on a disk, or is counted. */
export const nothingIsLeft: Check = async (scene) => {
  const [service] = await rowsOf<{ name: string }>(
    scene,
    `select s.name from "Stage" st join "Service" s on s.id = st."serviceId" where st.id = $1`,
  )
  const isOurs = (name: string) => name.split('/')[0] === service?.name
  const folders = unitsOnDisks(scene).filter(({ name }) => isOurs(name))
  const homes = [...scene.homes.values()]
  const processes = processesOfUnits().filter(
    (one) => isOurs(one.environment.get('TENGEN_UNIT') ?? '') && homes.some((home) => isIn(one, home)),
  )
  const counted = await rowsOf<{ says: string }>(
    scene,
    `select format('unit %s still has a place', u.ordinal) as says from "Unit" u join "Allocation" a on a."unitId" = u.id and a."to" is null
       where u."stageId" = $1
     union all
     select format('port %s is still taken', p.port) from "MachinePort" p join "Allocation" a on a.id = p."allocationId"
       join "Unit" u on u.id = a."unitId" where u."stageId" = $1`,
  )
  return [
    ...folders.map(({ name, machine }) => `after the removal: the folder of ${name} is left on ${machine}`),
    ...processes.map(({ pid, command }) => `after the removal: process ${pid} lives (${command})`),
    ...counted.map(({ says }) => `after the removal: ${says}`),
  ]
}
