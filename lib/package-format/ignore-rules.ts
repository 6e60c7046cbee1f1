import { RE2JS } from 're2js'

export const ignoreFile = '.tengenignore'

/** Left out whatever the file says: leavings of tools, and what must never travel. */
const always = ['.DS_Store', '__MACOSX/', '.git/', ignoreFile]
/** Left out unless the file says `!.env`: it is where people keep their secrets. */
const usually = ['.env']

type Rule = { pattern: RE2JS; isKept: boolean; isFolderOnly: boolean }

/**
 * Which paths of a folder stay behind, by the patterns of `.gitignore`. They may come from an upload, so they run in RE2,
 * whose time is linear, and never in RegExp.
 */
export function ignoreRules(text: string): (path: string) => boolean {
  const rules = [...usually, ...text.split('\n').slice(0, 1000), ...always].flatMap((line) => ruleOf(line.trim()) ?? [])
  const decide = (path: string, isFolder: boolean): boolean => {
    const rule = rules.findLast(({ pattern, isFolderOnly }) => (isFolder || !isFolderOnly) && pattern.matcher(path).matches())
    return rule !== undefined && !rule.isKept
  }
  // As in git: what lies in a folder that stays behind stays behind too.
  return (path) => {
    const parts = path.split('/')
    return parts.some((_, at) => decide(parts.slice(0, at + 1).join('/'), at + 1 < parts.length))
  }
}

function ruleOf(line: string): Rule | undefined {
  if (line === '' || line.startsWith('#') || line.length > 500) return undefined
  const isKept = line.startsWith('!')
  const isFolderOnly = line.endsWith('/')
  const glob = line.replace(/^!/, '').replace(/\/+$/, '')
  if (glob === '') return undefined
  const isAnchored = glob.includes('/')
  const body = glob.replace(/^\//, '').split('/').map(partOf).join('')
  return { pattern: RE2JS.compile(`${isAnchored ? '' : '(?:.*/)?'}${body.replace(/\/$/, '')}`), isKept, isFolderOnly }
}

/** One part of a path with the separator behind it; `**` stands for any number of parts. */
function partOf(part: string, at: number, parts: string[]): string {
  const isLast = at === parts.length - 1
  if (part === '**') return isLast ? '.+' : '(?:.*/)?'
  const text = [...part].map((sign) => (sign === '*' ? '[^/]*' : sign === '?' ? '[^/]' : RE2JS.quote(sign))).join('')
  return `${text}/`
}
