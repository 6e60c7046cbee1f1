import { keyOfChoice } from '@/components/relations/choice-key'
import type { ProviderChoice, RequirementView } from '@/lib/relations/views'

/** How a text names who fulfils a requirement: by name, and from where if not from here. */
const nameOf = ({ kind, name, application }: ProviderChoice): string =>
  kind === 'external' ? `external/${name}` : application ? `${application}/${name}` : name

/** Requirement → names. Whom nobody knows any more is left out. */
export function namesOfRelations(
  choices: readonly ProviderChoice[],
  relations: Readonly<Record<string, readonly string[]>>,
): Record<string, string[]> {
  const names = Object.entries(relations).map(([requirement, keys]): [string, string[]] => [
    requirement,
    keys.flatMap((key) =>
      choices
        .filter((choice) => keyOfChoice(choice) === key)
        .map(nameOf)
        .slice(0, 1),
    ),
  ])
  return Object.fromEntries(names.filter(([, list]) => list.length > 0))
}

export interface ReadRelations {
  readonly relations: Record<string, string[]>
  /** What cannot be: a name that nobody has here, or, without one, a requirement that there is none of. */
  readonly wrong: readonly { requirement: string; name?: string }[]
}

export function relationsOfNames(
  choices: readonly ProviderChoice[],
  requires: readonly RequirementView[],
  names: Readonly<Record<string, readonly string[]>>,
): ReadRelations {
  const relations: Record<string, string[]> = {}
  const wrong: { requirement: string; name?: string }[] = []
  for (const [requirement, list] of Object.entries(names)) {
    const found = requires.find((one) => one.name === requirement)
    if (!found) wrong.push({ requirement })
    const fitting = choices.filter((choice) => choice.interface === found?.interface)
    for (const name of found ? list : []) {
      const choice = fitting.find((one) => nameOf(one) === name)
      if (choice && (found?.many || !relations[requirement]))
        relations[requirement] = [...(relations[requirement] ?? []), keyOfChoice(choice)]
      else wrong.push({ requirement, name })
    }
  }
  return { relations, wrong }
}
