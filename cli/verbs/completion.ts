import { done, type Outcome, UsageError } from '@/cli/outcome'
import type { Given, Verb } from '@/cli/verb'

type Options = Pick<Verb, 'options'>['options']
interface Table {
  readonly verbs: Readonly<Record<string, Pick<Verb, 'options'>>>
  /** What every verb takes. */
  readonly common: Options
}

const shells = ['bash', 'zsh', 'fish'] as const

/** Words and options of the verbs, for the shell: eval "$(tengen completion bash)". */
export const completionVerb = (table: () => Table): Verb => ({
  options: {},
  args: [1, 1],
  async run({ args }: Given): Promise<Outcome> {
    const shell = shells.find((one) => one === args[0])
    if (!shell) throw new UsageError(`Say one of ${shells.join(', ')}.`)
    const script = scripts[shell](table())
    return done([script], { script })
  },
})

const firstWords = ({ verbs }: Table): string[] => [...new Set(Object.keys(verbs).map((name) => name.split(' ')[0] ?? name))]
const secondWords = ({ verbs }: Table, first: string): string[] =>
  Object.keys(verbs).flatMap((name) => (name.startsWith(`${first} `) ? [name.slice(first.length + 1)] : []))
const flagsOf = ({ verbs, common }: Table, first: string): string[] => {
  const own = Object.entries(verbs).filter(([name]) => name.split(' ')[0] === first)
  return [...new Set([...own.map(([, { options }]) => options), common].flatMap((options) => Object.keys(options)))].map(
    (name) => `--${name}`,
  )
}
const after = (table: Table, first: string): string => [...secondWords(table, first), ...flagsOf(table, first)].join(' ')

const bash = (table: Table): string =>
  [
    '_tengen() {',
    '  local word="${COMP_WORDS[COMP_CWORD]}"',
    `  if [ "$COMP_CWORD" = 1 ]; then COMPREPLY=($(compgen -W "${firstWords(table).join(' ')}" -- "$word")); return; fi`,
    '  case "${COMP_WORDS[1]}" in',
    ...firstWords(table).map((first) => `    ${first}) COMPREPLY=($(compgen -W "${after(table, first)}" -- "$word")) ;;`),
    '  esac',
    '}',
    'complete -o default -F _tengen tengen',
  ].join('\n')

const scripts: Record<(typeof shells)[number], (table: Table) => string> = {
  bash,
  zsh: (table) => `autoload -U +X bashcompinit && bashcompinit\n${bash(table)}`,
  fish: (table) =>
    [
      `complete -c tengen -n __fish_use_subcommand -f -a "${firstWords(table).join(' ')}"`,
      ...firstWords(table).map((first) => `complete -c tengen -n "__fish_seen_subcommand_from ${first}" -a "${after(table, first)}"`),
    ].join('\n'),
}
