/** Takes out of texts what is secret or looks like it, for what leaves a machine in a file. Rather too much than too little. */

const bullets = '••••••'
/** Shorter values would blank out ordinary text and tell more by that than they hide. */
const shortest = 4

const secretWord = String.raw`[\w.-]*(?:pass(?:word|wd|phrase|code)?|pwd|secret|token|api[-_]?key|private[-_]?key|master[-_]?key|access[-_]?key|sign(?:ing|ature)?[-_]?key|auth(?:orization)?|credentials?|cookie|session|ticket|ratchet|bearer|salt)[\w.-]*`

/** How many there are is no secret. */
const counted = '(?:token|session|ticket|cookie)s'

/** What a secret looks like, with the part of a match that stays. */
const shapes: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, ''],
  // A user's password in an address.
  [/(\b[a-z][a-z0-9+.-]{1,30}:\/\/[^\s:/@"']*:)[^\s/@"']+(?=@)/gi, '$1'],
  [/\b((?:Bearer|Basic|Digest)\s+)[A-Za-z0-9+/=._~-]{6,}/gi, '$1'],
  [/\b((?:set-)?cookie["']?\s*[:=]\s*)[^\r\n]+/gi, '$1'],
  [/\b(?:tgj|ghp|gho|ghs|github_pat|glpat|xox[abps]|sk|pk|rk|npm|hf)[_-][A-Za-z0-9_-]{12,}/g, ''],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g, ''],
  [/\beyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?/g, ''],
  [new RegExp(String.raw`(["'\\]*\b${secretWord}["'\\]*\s*[:=]\s*)\\*"(?:[^"\\\r\n]|\\.)*"?`, 'gi'), '$1'],
  [new RegExp(String.raw`(["'\\]*\b${secretWord}["'\\]*\s*[:=]\s*)\\*'(?:[^'\\\r\n]|\\.)*'?`, 'gi'), '$1'],
  [
    new RegExp(
      String.raw`(["'\\]*\b${secretWord}["'\\]*\s*[:=]\s*)(?!null\b|true\b|false\b|undefined\b|[{[]|(?<=${counted}["'\\]*\s*[:=]\s*)\d+\b)[^\s,;&"'}\])]+`,
      'gi',
    ),
    '$1',
  ],
  [new RegExp(String.raw`(--?${secretWord}\s+)(?!-)\S+`, 'gi'), '$1'],
]

/** Random letters of both cases with digits; digests in hex are no secret, and ids of rows are lower case. */
const randomWord = /(?<![A-Za-z0-9_+-])[A-Za-z0-9_+-]{32,}={0,2}(?![A-Za-z0-9_+-])/g
/** With slashes it may be a path, which has fewer capitals and digits. */
const randomBase64 = /(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{40,}={0,2}(?![A-Za-z0-9+/])/g
const has = (word: string, letters: number, digits: number): boolean =>
  count(word, /[a-z]/g) >= letters && count(word, /[A-Z]/g) >= letters && count(word, /\d/g) >= digits
const count = (word: string, kind: RegExp): number => word.match(kind)?.length ?? 0

export class Concealer {
  private readonly known: readonly string[]

  /** `known` are values that are secret for certain. */
  constructor(known: Iterable<string>) {
    const all = new Set<string>()
    for (const value of known) for (const form of formsOf(value)) if (form.length >= shortest) all.add(form)
    // Longest first: a value may contain another.
    this.known = [...all].sort((a, b) => b.length - a.length)
  }

  text(text: string): string {
    let hidden = text
    for (const value of this.known) if (hidden.includes(value)) hidden = hidden.replaceAll(value, bullets)
    for (const [shape, kept] of shapes) hidden = hidden.replace(shape, `${kept}${bullets}`)
    return hidden
      .replace(randomWord, (word) => (has(word, 1, 1) ? bullets : word))
      .replace(randomBase64, (word) => (has(word, 4, 2) ? bullets : word))
  }

  /** Values by the name of their field too; the names stay. */
  json(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value)
    if (Array.isArray(value)) return value.map((item) => this.json(item))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [this.text(key), isSecretName(key) && isValue(key, item) ? bullets : this.json(item)]),
    )
  }
}

const secretName = new RegExp(`^${secretWord}$`, 'i')
const isValue = (key: string, item: unknown): boolean =>
  typeof item === 'number' ? !new RegExp(`${counted}$`, 'i').test(key) : typeof item === 'string' && item !== ''
const isSecretName = (name: string): boolean => secretName.test(name)

/** A value as JSON, addresses and headers carry it; of several lines each by itself. */
function formsOf(value: string): string[] {
  const bytes = Buffer.from(value)
  return [
    value,
    value.trim(),
    JSON.stringify(value).slice(1, -1),
    JSON.stringify(JSON.stringify(value)).slice(3, -3),
    encodeURIComponent(value),
    bytes.toString('base64'),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    // The frame of a key says where another key begins.
    ...value.split(/\r?\n/).filter((line) => line.length >= 8 && !line.startsWith('-----')),
  ]
}
