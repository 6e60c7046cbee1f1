import http from 'node:http'
import https from 'node:https'

interface Question {
  readonly address: string
  readonly scheme: 'http' | 'https'
  readonly host: string
  readonly at: string
}

/** As a browser asks, whose name server leads to the address of the ingress. */
export const askOutside = ({ address, scheme, host, at }: Question): Promise<{ status: number; text: string; names: string }> =>
  new Promise((resolve, reject) => {
    const options = { host: address, path: at, headers: { host }, servername: host, rejectUnauthorized: false, agent: false as const }
    const request = (scheme === 'https' ? https : http).get(options, (response) => {
      const names =
        scheme === 'https'
          ? ((response.socket as { getPeerCertificate?(): { subjectaltname?: string } }).getPeerCertificate?.().subjectaltname ?? '')
          : ''
      response.setEncoding('utf8')
      let text = ''
      response.on('data', (chunk: string) => void (text += chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text, names }))
    })
    request.on('error', reject)
  })
