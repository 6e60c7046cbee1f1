export interface Settings {
  readonly hosts: number
  /** Emulated ones. */
  readonly agents: number
  readonly rounds: number
  /** Leave out the peers: for finding where our own time goes. */
  readonly alone: boolean
  /** A folder for CPU profiles of gateway and worker. */
  readonly profile: string | undefined
}
