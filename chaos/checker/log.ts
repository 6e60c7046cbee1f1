import { type Check, diaryOf, grouped, rowsOf, unitsOnDisks } from './look'

interface Line {
  readonly number: number
  readonly line: string
  readonly task_state: string | null
  readonly text: string
}

const pattern = /^witness (\S+) (\d+) of (\d+)$/

/** Lines of a record are numbered without a hole, and nobody had to say that some are missing. */
export const linesWithoutHoles: Check = async (scene) => {
  const rows = await rowsOf<{ says: string }>(
    scene,
    `select format('#%s has %s lines, and the last is number %s', r.number, count(*), max(l.line)) as says
     from journal.log_line l join "DeployRecord" r on r.id = l.record_id where r."stageId" = $1 group by r.id, r.number having count(*) <> max(l.line)
     union all
     select format('#%s %s, %s %s (try %s): %s', r.number, r.kind, t.verb, t."unitName", l.attempt, l.text) from journal.log_line l
       join "DeployRecord" r on r.id = l.record_id left join "Task" t on t.id = l.task_id where r."stageId" = $1 and l.stream = 'gap'`,
  )
  return rows.map(({ says }) => says)
}

/** Every run of a hook numbers its lines under a name of its own: none twice, none missing before the last, all where the task succeeded. */
export const linesOfHooks: Check = async (scene) => {
  const lines = await rowsOf<Line>(
    scene,
    `select r.number, l.line, t.state as task_state, l.text from journal.log_line l join "DeployRecord" r on r.id = l.record_id
     left join "Task" t on t.id = l.task_id where r."stageId" = $1 and l.text like 'witness %' order by r.number, l.line`,
  )
  const ended = new Set(
    unitsOnDisks(scene)
      .flatMap(({ folder }) => diaryOf(folder).filter((word) => word.startsWith('end ')))
      .map((word) => word.split(' ')[2]),
  )
  const runs = grouped(lines, ({ number, text }) => `#${number}, run ${pattern.exec(text)?.[1]}`)
  return [...runs].flatMap(([name, found]) => {
    const parts = found.map(({ text }) => pattern.exec(text))
    const numbers = parts.map((part) => Number(part?.[2]))
    const inOrder = numbers.every((number, index) => number === index + 1)
    if (!inOrder) return [`${name}: the lines came as ${numbers.join(' ')}`]
    const whole = Number(parts[0]?.[3])
    const isComplete = found.every(({ task_state }) => task_state === 'succeeded') && ended.has(parts[0]?.[1] ?? '')
    return isComplete && numbers.length !== whole ? [`${name}: ${numbers.length} of ${whole} lines, and its task has succeeded`] : []
  })
}

export const noHookBesideItself: Check = async (scene) =>
  unitsOnDisks(scene).flatMap(({ machine, name, folder }) =>
    diaryOf(folder)
      .filter((word) => word.startsWith('beside '))
      .map((word) => `${name} on ${machine}: ${word}`),
  )

/** The agent gives each run of a hook a name of its own: the same one begins again only where its end did not reach the disk. */
export const noHookAgain: Check = async (scene) =>
  unitsOnDisks(scene).flatMap(({ machine, name, folder }) => {
    const ended = new Set<string>()
    return diaryOf(folder).flatMap((entry) => {
      const [word, hook, , run = ''] = entry.split(' ')
      if (word === 'end') ended.add(run)
      return word === 'begin' && ended.has(run) ? [`${name} on ${machine}: ${hook} began again after its end`] : []
    })
  })
