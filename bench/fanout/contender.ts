/** One way of bringing the same service to all hosts. */
export interface Contender {
  readonly name: string
  /** Everything that is there before the clock starts. */
  prepare(round: number): Promise<void>
  /** Resolves when the last host's service was found healthy, and that is known. */
  deploy(): Promise<void>
  /** Host → the port at which its service should answer. */
  readonly ports: ReadonlyMap<string, number>
  /** Takes away what was deployed. */
  clear(): Promise<void>
}
