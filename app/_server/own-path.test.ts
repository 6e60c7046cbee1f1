import { expect, test } from 'vitest'
import { isOwnPath } from './own-path'

test('the signed-out come back to pages of ours only', () => {
  expect(['/o/harbor/deploys/7', '/me/notices?after=x', '/o/a%20b'].filter((path) => !isOwnPath(path))).toEqual([])
  const others = [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    '/sign-in?to=/',
    '',
    'o/harbor',
    '/a b',
    '/a\r\nSet-Cookie: x',
  ]
  expect(others.filter(isOwnPath)).toEqual([])
})
