import { SMTPServer } from 'smtp-server'

/** A real mail server on this machine that keeps what it is given. `refuse` answers in its place: a recipient → an SMTP code. */
export async function startSmtp(onMail = (_mail) => {}) {
  const mails = []
  const refuse = new Map()
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo({ address }, _session, done) {
      const code = refuse.get(address)
      done(code ? Object.assign(new Error('not here'), { responseCode: code }) : undefined)
    },
    onData(stream, session, done) {
      const chunks = []
      stream.on('data', (chunk) => chunks.push(chunk))
      stream.on('end', () => {
        const mail = { to: session.envelope.rcptTo.map((one) => one.address), source: Buffer.concat(chunks).toString('utf8') }
        mails.push(mail)
        onMail(mail)
        done()
      })
    },
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address()
  return { url: `smtp://127.0.0.1:${port}`, mails, refuse, stop: () => new Promise((resolve) => server.close(resolve)) }
}
