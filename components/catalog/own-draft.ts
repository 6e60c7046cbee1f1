import type { UploadView } from '@/lib/catalog/upload-views'
import { readCommand, writeCommand } from '@/lib/protocol/command-words'
import { OwnProgram } from '@/lib/protocol/own-program'

export interface PortDraft {
  name: string
  default: string
  variable: string
  option: string
}

export interface VariableDraft {
  name: string
  default: string
  isSecret: boolean
  isRequired: boolean
}

/** What is typed, as it was typed, so that nothing is lost while it is wrong. */
export interface OwnDraft {
  name: string
  version: string
  title: string
  command: string
  folder: OwnProgram['folder']
  ports: PortDraft[]
  addressVariable: string
  check: 'ports' | 'http' | 'command'
  checkPort: string
  checkPath: string
  checkStatus: string
  checkCommand: string
  variables: VariableDraft[]
}

export const newPort = (at: number): PortDraft => ({
  name: at === 0 ? 'http' : `port-${at + 1}`,
  default: String(8080 + at),
  variable: at === 0 ? 'PORT' : '',
  option: '',
})
export const newVariable = (): VariableDraft => ({ name: '', default: '', isSecret: false, isRequired: false })

export const emptyDraft: OwnDraft = {
  name: '',
  version: '1.0.0',
  title: '',
  command: '',
  folder: 'unit',
  ports: [newPort(0)],
  addressVariable: '',
  check: 'ports',
  checkPort: 'http',
  checkPath: '/',
  checkStatus: '',
  checkCommand: '',
  variables: [],
}

/** The first answers to an archive. */
export function draftOf({ suggested }: Extract<UploadView, { kind: 'program' }>): OwnDraft {
  return {
    ...emptyDraft,
    name: suggested.name,
    version: suggested.version,
    title: suggested.title,
    command: writeCommand(suggested.command),
    folder: suggested.folder,
    ports: suggested.ports.map((port) => ({
      name: port.name,
      default: String(port.default),
      variable: port.variable ?? '',
      option: port.option ?? '',
    })),
    addressVariable: suggested.addressVariable ?? '',
    variables: suggested.variables.map((variable) => ({ ...variable, default: variable.default ?? '' })),
  }
}

const wrongs = [
  'name',
  'version',
  'title',
  'command',
  'quoteOpen',
  'shellSign',
  'toldProgram',
  'toldPort',
  'portName',
  'port',
  'variable',
  'option',
  'checkPort',
  'path',
  'status',
] as const
export type Wrong = (typeof wrongs)[number]
/** By place, such as `ports.0.name`. */
export type Wrongs = Readonly<Record<string, Wrong>>

const wrongAt: readonly [RegExp, Wrong][] = [
  [/^name$/, 'name'],
  [/^version$/, 'version'],
  [/^title$/, 'title'],
  [/^ports\.\d+\.name$/, 'portName'],
  [/^ports\.\d+\.default$/, 'port'],
  [/^ports\.\d+\.option$/, 'option'],
  [/^check\.port$/, 'checkPort'],
  [/^check\.path$/, 'path'],
  [/^check\.status$/, 'status'],
  [/^(check\.run|command)/, 'command'],
]
const wrongOf = (place: string): Wrong => wrongAt.find(([pattern]) => pattern.test(place))?.[1] ?? 'variable'

/** The answers as the server takes them, or what is wrong at which place. */
export function programOf(draft: OwnDraft): { program: OwnProgram } | { wrongs: Wrongs } {
  const found: Record<string, Wrong> = {}
  const wordsOf = (text: string, place: string): string[] => {
    const read = readCommand(text, { takesPlaces: place === 'command' })
    if ('words' in read) return read.words
    found[place] = read.problem === 'quote_open' ? 'quoteOpen' : 'shellSign'
    return []
  }
  const command = wordsOf(draft.command, 'command')
  const run = draft.check === 'command' ? wordsOf(draft.checkCommand, 'check.run') : []
  const parsed = OwnProgram.safeParse({ ...draft, command, check: checkOf(draft, run), ...listsOf(draft) })
  if (parsed.success && Object.keys(found).length === 0) return { program: parsed.data }
  for (const issue of parsed.error?.issues ?? []) {
    const { path } = issue
    const said = wrongs.find((wrong) => issue.code === 'custom' && wrong === issue.params?.wrong)
    const place = /^(command|check\.run)/.exec(path.join('.'))?.[0] ?? path.join('.')
    found[rowOf(draft, place)] ??= said ?? wrongOf(place)
  }
  return { wrongs: found }
}

/** A line that was begun and left empty is none. */
const isBegun = ({ name, default: given }: VariableDraft) => name.trim() !== '' || given !== ''

/** The place as the form numbers its lines, empty ones too. */
const rowOf = ({ variables }: OwnDraft, place: string): string =>
  place.replace(
    /^variables\.(\d+)/,
    (_, at: string) => `variables.${variables.indexOf(variables.filter(isBegun)[Number(at)] as VariableDraft)}`,
  )

const orNull = (text: string) => (text.trim() === '' ? null : text.trim())

function checkOf({ check, checkPort, checkPath, checkStatus }: OwnDraft, run: string[]): object {
  if (check === 'ports') return { kind: 'ports' }
  if (check === 'command') return { kind: 'command', run }
  return { kind: 'http', port: checkPort, path: checkPath.trim(), status: checkStatus.trim() === '' ? null : Number(checkStatus) }
}

function listsOf({ ports, addressVariable, variables }: OwnDraft): object {
  return {
    addressVariable: orNull(addressVariable),
    ports: ports.map((port) => ({
      name: port.name.trim(),
      default: Number(port.default),
      variable: orNull(port.variable),
      option: orNull(port.option),
    })),
    variables: variables.filter(isBegun).map(({ name, default: given, isSecret, isRequired }) => ({
      name: name.trim(),
      default: given === '' || isSecret ? null : given,
      isSecret,
      isRequired,
    })),
  }
}
