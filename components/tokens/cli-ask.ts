/** The command line of this machine waits for a token: where it listens, and the word it knows the page by. */
export interface CliAsk {
  readonly port: number
  readonly state: string
  readonly on: string
}

/** What the address says; anything that is not ours is nothing. */
export function cliAskOf(cli: string | null, on: string | null): CliAsk | undefined {
  const [, port = '', state = ''] = /^(\d{4,5})-([0-9a-f]{32})$/.exec(cli ?? '') ?? []
  return port && Number(port) < 65_536 ? { port: Number(port), state, on: (on ?? '').slice(0, 60) || '…' } : undefined
}

/** To the loopback of this machine and nowhere else; from there the browser is led back here. */
export function handOver({ port, state }: CliAsk, token: string): void {
  window.location.assign(`http://127.0.0.1:${port}/?${new URLSearchParams({ state, token })}`)
}
