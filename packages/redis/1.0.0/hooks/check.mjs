// Passes when Redis answers PING. What a check prints as JSON becomes facts of the unit.
import { connect } from 'node:net'

const { TENGEN_ADDRESS: host = '127.0.0.1', TENGEN_PORT_REDIS: port } = process.env

const socket = connect({ host, port: Number(port), timeout: 3000 })
const fail = (reason) => {
  console.error(reason)
  process.exit(1)
}
socket.once('connect', () => socket.write('PING\r\n'))
socket.once('timeout', () => fail('no answer within 3 s'))
socket.once('error', (error) => fail(error.message))
socket.once('data', (data) => {
  const answer = String(data).trim()
  if (answer !== '+PONG') fail(`PING was answered with ${answer}`)
  console.log(JSON.stringify({ role: 'primary' }))
  process.exit(0)
})
