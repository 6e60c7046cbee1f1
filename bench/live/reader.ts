import { connect } from 'node:net'

/**
 * Opens so many streams of one address and counts what arrives; each line on its input is answered with the count so far.
 * `reader.ts URL COUNT [HEADER…]`; says `open` once all have begun.
 */
const [address = '', count = '1', ...headers] = process.argv.slice(2)
const url = new URL(address)
const mark = Buffer.from('\ndata: {"t')
let events = 0
let open = 0

for (let i = 0; i < Number(count); i++) {
  const socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true })
  socket.write([`GET ${url.pathname}${url.search} HTTP/1.1`, `host: ${url.host}`, ...headers, '', ''].join('\r\n'))
  socket.once('data', (first) => {
    if (!first.toString().startsWith('HTTP/1.1 200')) throw new Error(first.toString().slice(0, 500))
    if (++open === Number(count)) console.log('open')
  })
  socket.on('data', (data) => {
    for (let at = data.indexOf(mark); at >= 0; at = data.indexOf(mark, at + mark.length)) events++
  })
  socket.on('close', () => {
    throw new Error('A stream ended.')
  })
}
process.stdin.on('data', () => console.log(events))
