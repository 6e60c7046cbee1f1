import { expect, test } from 'vitest'
import { cpuMillis, mebibytes, quantity } from './quantity'

test.each([
  ['250m', 250],
  ['2', 2000],
  ['1.5', 1500],
  ['123456789n', 123],
  ['', 0],
  ['lots', 0],
  [undefined, 0],
])('%s of a processor is %i thousandths', (text, millis) => {
  expect(cpuMillis(text)).toBe(millis)
})

test.each([
  ['16Gi', 16_384],
  ['16392712Ki', 16_008],
  ['1073741824', 1024],
  ['1G', 953],
  ['1e9', 953],
])('%s of memory is %i MiB', (text, mib) => {
  expect(mebibytes(text)).toBe(mib)
})

test('numbers are quantities too', () => {
  expect(quantity(110)).toBe(110)
})
