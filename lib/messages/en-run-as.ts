/** As whom units run on a machine. */
export const runAs = {
  runAs: {
    title: 'Units run as',
    kind: {
      separate: 'an account for each application',
      shared: 'one account for all: one organisation only.',
      refused: 'nobody: it runs no units.',
    },
    refused: 'It runs no units.',
    ofPool: 'On {shared} of {machines, plural, one {# machine} other {# machines}} all units share one account: one organisation only.',
    sharedHelp:
      'Each of them takes units of no second organisation, for these could read each other. An agent that runs as root gives every application its own account.',
    second: 'Machines that have units of {organizations} take none of this organisation.',
    refusedOfPool:
      '{refused} of {machines, plural, one {# machine} other {# machines}} {refused, plural, one {runs} other {run}} no units.',
    refusedHelp: 'Their agent runs as root in a folder that is closed to others; its page says which.',
  },
}

/** Among the other sentences. */
export const accountSentences = {
  serves_other_organization: 'its units share one account, and it serves another organisation',
  no_separate_users: 'its agent runs no units: it is root, and others cannot pass to its folder',
}
