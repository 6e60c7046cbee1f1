import { expect, test } from 'vitest'
import { splitWords } from './split-words'

test('a line becomes words; quotes keep spaces, and nothing else has a meaning', () => {
  expect(splitWords(`ls  -la "my file" 'it''s' $HOME; "" a"b c"d`)).toEqual(['ls', '-la', 'my file', 'its', '$HOME;', '', 'ab cd'])
  expect(splitWords('   ')).toEqual([])
  expect(splitWords('echo "open')).toBeUndefined()
})
