import { done, type Outcome, UsageError } from '@/cli/outcome'
import type { Given, Verb } from '@/cli/verb'

const shells = ['bash', 'zsh', 'fish'] as const

/** Words and options of the verbs, for the shell: eval "$(tengen completion bash)". */
export const completionVerb = (verbs: () => Readonly<Record<string, Pick<Verb, 'options'>>>): Verb => ({
  options: {},
  args: [1, 1],
  async run({ args }: Given): Promise<Outcome> {
    const shell = shells.find((one) => one === args[0])
    if (!shell) throw new UsageError(`Say one of ${shells.join(', ')}.`)
    const script = scripts[shell](verbs())
    return done([script], { script })
  },
})

type Verbs = ReturnType<Parameters<typeof completionVerb>[0]>

const firstWords = (verbs: Verbs): string[] => [...new Set(Object.keys(verbs).map((name) => name.split(' ')[0] ?? name))]
const secondWords = (verbs: Verbs, first: string): string[] =>
  Object.keys(verbs).flatMap((name) => (name.startsWith(`${first} `) ? [name.slice(first.length + 1)] : []))
const flagsOf = (verbs: Verbs, first: string): string[] => [
  ...new Set(
    Object.entries(verbs)
      .filter(([name]) => name.split(' ')[0] === first)
      .flatMap(([, { options }]) => Object.keys(options).map((option) => `--${option}`)),
  ),
]
const after = (verbs: Verbs, first: string): string => [...secondWords(verbs, first), ...flagsOf(verbs, first), '--help'].join(' ')

const bash = (verbs: Verbs): string =>
  [
    '_tengen() {',
    '  local word="${COMP_WORDS[COMP_CWORD]}"',
    `  if [ "$COMP_CWORD" = 1 ]; then COMPREPLY=($(compgen -W "${firstWords(verbs).join(' ')}" -- "$word")); return; fi`,
    '  case "${COMP_WORDS[1]}" in',
    ...firstWords(verbs).map((first) => `    ${first}) COMPREPLY=($(compgen -W "${after(verbs, first)}" -- "$word")) ;;`),
    '  esac',
    '}',
    'complete -o default -F _tengen tengen',
  ].join('\n')

const scripts: Record<(typeof shells)[number], (verbs: Verbs) => string> = {
  bash,
  zsh: (verbs) => `autoload -U +X bashcompinit && bashcompinit\n${bash(verbs)}`,
  fish: (verbs) =>
    [
      `complete -c tengen -n __fish_use_subcommand -f -a "${firstWords(verbs).join(' ')}"`,
      ...firstWords(verbs).map((first) => `complete -c tengen -n "__fish_seen_subcommand_from ${first}" -a "${after(verbs, first)}"`),
    ].join('\n'),
}
