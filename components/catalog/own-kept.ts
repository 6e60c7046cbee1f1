import { emptyDraft, type OwnDraft } from './own-draft'

/** What a reload leaves of the wizard: all that was typed, but no value of a secret and no archive. */
export interface OwnKept {
  readonly source: 'folder' | 'command'
  readonly step: 'answers' | 'manifest'
  readonly draft: OwnDraft
  readonly manifest: string
}

export const writeKept = ({ draft, ...rest }: OwnKept): string => {
  const variables = draft.variables.map((one) => (one.isSecret ? { ...one, default: '' } : one))
  return JSON.stringify({ ...rest, draft: { ...draft, variables } })
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Every field of today's, each of its kind. */
const isDraft = (draft: object): draft is OwnDraft =>
  Object.entries(emptyDraft).every(([key, value]) => {
    const kept: unknown = Reflect.get(draft, key)
    return typeof kept === typeof value && Array.isArray(kept) === Array.isArray(value)
  })

/** Null for what is none, or of another shape than today's. */
export function readKept(text: string | null): OwnKept | null {
  try {
    const kept: unknown = JSON.parse(text ?? 'null')
    if (!isObject(kept) || !isObject(kept.draft) || typeof kept.manifest !== 'string') return null
    const { draft } = kept
    if (!isDraft(draft)) return null
    return {
      source: kept.source === 'command' ? 'command' : 'folder',
      step: kept.step === 'manifest' ? 'manifest' : 'answers',
      draft,
      manifest: kept.manifest,
    }
  } catch {
    return null
  }
}
