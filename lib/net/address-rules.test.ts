import { expect, test } from 'vitest'
import { mayDial, readNetwork } from './address-rules'

test.each([
  '127.0.0.1',
  '127.8.9.1',
  '0.0.0.0',
  '10.1.2.3',
  '172.31.0.1',
  '192.168.1.1',
  '168.63.129.16',
  '169.254.169.254',
  '100.100.100.200',
  '255.255.255.255',
  '239.1.1.1',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:a9fe:a9fe',
  '::7f00:1',
  '64:ff9b::a9fe:a9fe',
  '2002:7f00:1::',
  'fd00:ec2::254',
  'fe80::1',
  'ff02::1',
  'localhost',
  '',
])('%s is not dialled', (address) => expect(mayDial(address, [])).toBe(false))

test.each(['93.184.216.34', '172.32.0.1', '2606:4700::1111', '::ffff:93.184.216.34'])('%s is dialled', (address) =>
  expect(mayDial(address, [])).toBe(true),
)

test('what an operator lists is dialled, and nothing beside it', () => {
  const allowed = ['10.7.0.0/16', '127.0.0.1', 'fd00:7::/32', 'nonsense', '1.2.3.4/99']
  const dialled = ['10.7.1.1', '10.8.1.1', '127.0.0.1', '127.0.0.2', '::ffff:10.7.1.1', 'fd00:7::1', 'fd00:8::1'].filter((one) =>
    mayDial(one, allowed),
  )
  expect(dialled).toEqual(['10.7.1.1', '127.0.0.1', '::ffff:10.7.1.1', 'fd00:7::1'])
  expect(['10.0.0.0/8', '1.2.3.4', 'fd00::/8', '10.0.0.0/33', '10.0.0.0/', 'x/8', '::/129'].map(readNetwork)).toEqual([
    ['10.0.0.0', 8],
    ['1.2.3.4', 32],
    ['fd00::', 8],
    undefined,
    undefined,
    undefined,
    undefined,
  ])
})
