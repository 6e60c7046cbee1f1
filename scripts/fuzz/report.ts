import { routes } from '@/gateway/api/routes'

/** Route → status → how many answers. */
export type Counts = Readonly<Record<string, Readonly<Record<string, number>>>>

export interface Run {
  readonly name: string
  readonly code: number
  readonly said: string
  readonly counts: Counts
}

interface Outcome {
  readonly runs: readonly Run[]
  readonly isUntouched: boolean
  readonly seconds: number
  readonly seed: string
}

const nameOf = ({ method, path }: { method: string; path: string }): string => `${method} ${path}`
const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)

/** What only the rules of the house can answer: the input was read, and whoever asked may. */
const isPastTheDoor = (status: string): boolean => status.startsWith('2') || ['409', '412', '422'].includes(status)

const statusesOf = (runs: readonly Run[], route: string): readonly string[] =>
  runs.flatMap(({ counts }) => Object.keys(counts[route] ?? {}))

/** Failures as schemathesis heads them: `- Server error` after a line of the operation. */
const findingsOf = ({ said }: Run): string[] => {
  const [, failures = ''] = said.split(/^=+ FAILURES =+$/m)
  return [...failures.matchAll(/^_+ (\w+ \/\S+) _+$|^- (.+)$/gm)].map(([, operation, title]) => operation ?? `  - ${title}`)
}

/** What was asked, how far it got, and what was found: for people, short. */
export function reportOf({ runs, isUntouched, seconds, seed }: Outcome): string {
  // What agents and callbacks call has keys of its own, which nobody here holds.
  const all = routes.filter(({ access }) => access === 'session').map(nameOf)
  const asked = all.filter((route) => statusesOf(runs, route).length > 0)
  const past = all.filter((route) => statusesOf(runs, route).some(isPastTheDoor))
  const left = all.filter((route) => !past.includes(route))
  const rows = runs.map((run) => {
    const byRoute = Object.values(run.counts)
    const requests = sum(byRoute.flatMap((one) => Object.values(one)))
    return `| ${run.name} | ${requests} | ${byRoute.length} | ${run.code === 0 ? 'none' : '**some**'} |`
  })
  const findings = [
    ...runs.flatMap((run) => (run.code === 0 ? [] : [`As ${run.name}:`, ...findingsOf(run)])),
    ...(isUntouched ? [] : ['Something of the other organisation was changed.']),
  ]
  return `${[
    '# Fuzz of the API',
    '',
    'Written by `npm run fuzz -- --report`; not by hand.',
    '',
    `${asked.length} of ${all.length} routes for people and their programs were asked; ${past.length} of them answered from behind the door (done, or refused by a rule). ${seconds} s, seed ${seed}.`,
    '',
    'No answer may be a failure of ours (5xx) or other than the document says, nothing that is not valid may be taken, nothing of another',
    'organisation may be told or changed.',
    '',
    '| As | Requests | Routes | Findings |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    ...(findings.length === 0 ? ['Nothing was found.'] : findings),
    ...(left.length === 0
      ? []
      : ['', 'Answered with 400, 403 or 404 alone, which rules say as well as the door:', '', ...left.map((route) => `- \`${route}\``)]),
  ].join('\n')}\n`
}
