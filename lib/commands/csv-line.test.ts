import { expect, test } from 'vitest'
import { csvLine } from './csv-line'

test('cells with commas, quotes and line ends stay one cell; what looks like a formula is none', () => {
  expect(csvLine(['web/0', 0, null, true])).toBe('web/0,0,,true\r\n')
  expect(csvLine(['a,b', 'say "x"\n'])).toBe('"a,b","say ""x""\n"\r\n')
  expect(csvLine(['=cmd()', '-1', -1])).toBe("'=cmd(),'-1,-1\r\n")
})
