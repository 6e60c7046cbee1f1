import fs from 'node:fs'

/**
 * Plain Node, and old words only, so that an old Node can read it and say what is needed. Which Node that is stands in package.json, as
 * `^20.19.0 || >=24.0.0`: within one major from there on, or any from there on.
 */

/** Why this Node will not do; undefined when it will. */
export function whyNotNode(version, wanted) {
  const [major, minor] = version.split('.').map(Number)
  const ranges = wanted.split('||').map((range) => {
    const [, sign, from, least] = /^(\^|>=)(\d+)\.(\d+)/.exec(range.trim())
    return { isOpen: sign === '>=', from: Number(from), least: Number(least) }
  })
  const fits = ({ isOpen, from, least }) => (major === from && minor >= least) || (isOpen && major > from)
  if (ranges.some(fits)) return undefined
  const words = ranges.map(({ isOpen, from, least }) => `${from}.${least}${isOpen ? ' or newer' : ''}`)
  return `Tengen needs Node ${words.join(', ')} (in each line the newest is best); this is ${version}. See https://nodejs.org/en/download`
}

const { engines } = JSON.parse(fs.readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const reason = whyNotNode(process.versions.node, engines.node)
if (reason) {
  process.stderr.write(`${reason}\n`)
  process.exit(1)
}
