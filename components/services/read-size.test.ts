import { expect, test } from 'vitest'
import { readCores, readMib } from './read-size'

test.each([
  ['0.25', 250],
  ['0,5', 500],
  ['2', 2000],
  [' ', null],
  ['0.001', 'wrong'],
  ['0.2505', 'wrong'],
  ['1e3', 'wrong'],
  ['-1', 'wrong'],
  ['many', 'wrong'],
])('%s cores are %s thousandths', (text, millis) => expect(readCores(text)).toBe(millis))

test.each([
  ['128', 128],
  ['', null],
  ['3', 'wrong'],
  ['64.5', 'wrong'],
])('%s MiB are %s', (text, mib) => expect(readMib(text)).toBe(mib))
