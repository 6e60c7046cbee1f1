/** What a template that is rendered on the machine may say of it, beside all that the hub tells. */
export interface MachineScope {
  readonly hostname: string
  readonly address: string
  readonly addresses: readonly string[]
  readonly os: string
  readonly kernel: string
  readonly architecture: string
  readonly cpuCount: number
  readonly memoryMib: number
  readonly diskMib: number
}

/** Some machine, for the hub to try a template with before anybody approves it. */
export const someMachine: MachineScope = {
  hostname: 'machine',
  address: '192.0.2.1',
  addresses: ['192.0.2.1'],
  os: 'Linux',
  kernel: '6.1.0',
  architecture: 'x64',
  cpuCount: 4,
  memoryMib: 4096,
  diskMib: 40_960,
}

/**
 * Stands before the path of a file that the machine renders. An agent that knows no such files would write the template as it is;
 * this folder it keeps for itself, so it refuses the content with a sentence.
 */
export const machineTemplatePrefix = 'run/'

/** Where the file lies in the unit's folder. */
export const pathOf = ({ path, inputs }: { readonly path: string; readonly inputs?: object | undefined }): string =>
  inputs ? path.slice(machineTemplatePrefix.length) : path
