import { parseArgs } from 'node:util'

export type AgentArguments = {
  home: string
  join: string | undefined
  hub: string | undefined
  name: string | undefined
  address: string | undefined
  allowPlain: boolean
  out: string | undefined
}

export const usage = `tengen agent

  node agent.mjs --home DIR --join TOKEN [--hub wss://HUB/ws/agent] [--name NAME] [--address ADDRESS] [--plain]
  node agent.mjs --home DIR
  node agent.mjs join --home DIR --join TOKEN …   joins, says how it went and ends
  node agent.mjs doctor --home DIR [--out FILE]  what is wrong, without secrets, in one file; changes nothing
  node agent.mjs stop-all --home DIR    ends every unit's processes; the next agent starts them again

  --home     folder of the agent; after joining it is all that is needed
  --join     join token of the pool, from the machines page
  --hub      address of the hub, where the token does not carry it
  --name     name of this machine; else its hostname
  --address  address at which units are reached and to which they bind; else the first outward address
  --plain    allow ws:// to other machines (only inside a trusted network)`

/** Throws a sentence for the person at the keyboard. */
export function readArguments(argv: string[]): AgentArguments {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: argv,
    options: { home: text, join: text, hub: text, name: text, address: text, plain: { type: 'boolean', default: false }, out: text },
  })
  if (!values.home) throw new Error(usage)
  return {
    home: values.home,
    join: values.join,
    hub: values.hub,
    name: values.name,
    address: values.address,
    allowPlain: values.plain,
    out: values.out,
  }
}

/** TLS everywhere but on one machine: tokens and logs travel here. */
export function whyNotHubUrl(url: string, allowPlain: boolean): string | undefined {
  let parsed: URL
  try {
    parsed = new URL(url)
  } catch {
    return `${url} is not an address.`
  }
  if (parsed.protocol === 'wss:') return undefined
  if (parsed.protocol !== 'ws:') return 'The address of the hub must begin with wss:// (or ws:// on this machine).'
  const isLoopback = parsed.hostname === 'localhost' || parsed.hostname === '[::1]' || /^127\./.test(parsed.hostname)
  return isLoopback || allowPlain ? undefined : 'ws:// is not encrypted: use wss://, or --plain inside a trusted network.'
}
