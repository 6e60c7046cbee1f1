import { expect, test } from 'vitest'
import { help } from './help'
import { verbs } from './verb-table'

test.each(Object.entries(verbs))('the help of %s names its options and has an example', (name, { options }) => {
  const says = (help as Record<string, string>)[name] ?? ''
  const named = Object.entries(options).map(([option, { short }]) => (short ? `-${short}, --${option}` : `--${option}`))
  expect(named.filter((option) => !says.includes(option))).toEqual([])
  expect(says.slice(says.indexOf('\n'))).toMatch(new RegExp(`^  \\S?.*tengen ${name}`, 'm'))
})
