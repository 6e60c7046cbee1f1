import { reachOf } from './join-views'

interface JoinLine {
  readonly hub: string
  readonly token: string
  /** Of the script that the hub hands out: another one is not run. */
  readonly scriptSha256: string
}

/** One word for a shell, whatever it holds. */
export const shellWord = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** One file with everything, for machines that can download nothing. */
export const executableName = (architecture: string): string => `tengen-agent-linux-${architecture}`

const wordsOf = ({ hub, token }: Pick<JoinLine, 'hub' | 'token'>): string => {
  const plain = reachOf(hub) === 'plain' ? ' --plain' : ''
  return `--hub ${shellWord(new URL(hub).origin)} --token ${shellWord(token)}${plain}`
}

/** What is run where that file was brought to. */
export const executableLine = (ask: Pick<JoinLine, 'hub' | 'token'>, architecture: string): string =>
  `sh ${executableName(architecture)} ${wordsOf(ask)}`

/**
 * What an operator pastes into a shell of the machine: fetch the script, compare it with what the hub's page said, run it. It leaves
 * no variable behind, and its exit code is the script's.
 */
export function joinLine({ hub, token, scriptSha256 }: JoinLine): string {
  if (!/^[0-9a-f]{64}$/.test(scriptSha256)) throw new Error('A SHA-256 is 64 hexadecimal digits.')
  const { origin } = new URL(hub)
  const script = shellWord(`${origin}/join/agent.sh`)
  return [
    '(t=$(mktemp)',
    `trap 'rm -f "$t"' EXIT`,
    `if command -v curl >/dev/null; then curl -fsSL ${script}; else wget -qO- ${script}; fi >"$t"`,
    `echo "${scriptSha256}  $t" | sha256sum -c -`,
    `sh "$t" ${wordsOf({ hub, token })})`,
  ].join(' && ')
}
