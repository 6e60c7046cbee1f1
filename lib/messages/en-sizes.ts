export const sizes = {
  sizes: {
    title: 'Sizes',
    by: {
      cgroup2: 'held by control groups',
      cgroup1: 'held by control groups (version 1)',
      systemd: 'held by control groups in a scope of systemd',
      none: 'not enforced: units may take more than they reserve.',
    },
    notHeld: 'not enforced',
    unlimited: 'no limit',
    cores: 'cores',
    packageSays: 'Empty: {size}, as the package says.',
    packageSaysNothing: 'Empty: no limit, as the package says.',
    cpuRule: 'Cores, at least 0.01, for example 0.25.',
    memoryRule: 'A whole number of MiB, at least 4.',
    resizeHelp: 'It holds at once, without a restart. Memory below what a unit uses now is refused.',
  },
}
