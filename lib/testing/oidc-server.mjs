import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import Provider from 'oidc-provider'

/**
 * A certified OpenID provider as a process of its own; the test says over IPC who signs in, whether they consent, what time it is
 * there, when it takes other keys and whether it answers. Its pages answer at once: there is nobody to press a button.
 */
const realNow = Date.now
const said = { account: {}, denies: false, offsetMs: 0, isDown: false }
Date.now = () => realNow() + said.offsetMs

const key = () => ({
  ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }),
  use: 'sig',
  alg: 'RS256',
  kid: randomUUID(),
})
const accounts = new Map()
const port = Number(process.argv[2])
const issuer = `http://127.0.0.1:${port}`
let redirects = []
let provider

function make() {
  provider = new Provider(issuer, {
    clients: [
      { client_id: 'tengen', client_secret: 'a-secret-of-the-client', redirect_uris: redirects, grant_types: ['authorization_code'] },
    ],
    jwks: { keys: [key()] },
    cookies: { keys: ['signing'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    features: { devInteractions: { enabled: false } },
    pkce: { required: () => true },
    ttl: { AuthorizationCode: 60, Session: 600, Interaction: 600, Grant: 600, IdToken: 3600, AccessToken: 600 },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, ...accounts.get(sub) }) }),
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
  })
  provider.on('server_error', (_, error) => console.error(error))
}

/** Signs in whoever the test said, and consents for them or not. */
async function interact(request, response) {
  const { prompt, params, session } = await provider.interactionDetails(request, response)
  if (said.denies) return provider.interactionFinished(request, response, { error: 'access_denied', error_description: 'no' })
  if (prompt.name === 'login') {
    const { sub, ...claims } = said.account
    accounts.set(sub, claims)
    return provider.interactionFinished(request, response, { login: { accountId: sub } })
  }
  const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id })
  grant.addOIDCScope('openid email profile')
  return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: true })
}

const server = createServer((request, response) => {
  if (said.isDown) return request.socket.destroy()
  if (request.url.startsWith('/interaction/'))
    return interact(request, response).catch((error) => response.writeHead(500).end(String(error)))
  return provider.callback()(request, response)
})

process.on('message', ({ rotates, clients, ...rest }) => {
  Object.assign(said, rest)
  if (clients) redirects = clients
  if (clients || rotates) make()
  process.send('done')
})
process.on('disconnect', () => process.exit(0))
server.listen(port, '127.0.0.1', () => process.send('ready'))
