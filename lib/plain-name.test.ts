import { expect, test } from 'vitest'
import { plainName, seenOf } from './plain-name'

const faultOf = (name: string) =>
  plainName(20)
    .safeParse(name)
    .error?.issues.map((issue) => issue.message) ?? []

test('names of any script are taken; what looks like another name is not', () => {
  for (const name of ['Shop', 'Läden & Söhne', '商店 K8s', 'Магазин', 'Μαγαζί', 'Shop Магазин', 'ﺩﻛﺎﻥ', '{{7*7}}', "o'shop; --"])
    expect([name, faultOf(name)]).toEqual([name, []])
  for (const name of ['Sho\u200bp', 'Sh\u202eop', 'Shop\r\nBcc: x', 'Sh\u00adop', 'Shop\u2028x', 'Shop\0x'])
    expect([name, faultOf(name)]).toEqual([name, ['holds characters that nobody sees']])
  for (const name of ['Ѕhop', 'Shоp one', 'Αcme'])
    expect([name, faultOf(name)]).toEqual([name, ['mixes letters of alphabets that look alike']])
  expect([faultOf('   ').length, faultOf('x'.repeat(21)).length]).toEqual([1, 1])
  expect(seenOf('\u202eAda\u200b L\r\n ')).toBe('Ada L')
})
