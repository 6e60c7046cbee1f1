/** Where units go, what moves them, and why a machine is not chosen. */
export const places = {
  places: {
    planner: 'Where there is most room',
    free: '{cpu}, {memory} free',
    moveHelp: 'It stops where it is, and starts there once its machine has confirmed that.',
    more: '{count, plural, one {# more machine} other {# more machines}} of the pool, with less room.',
  },
}

/** Among the other sentences. */
export const placeSentences = {
  unit_is_there: 'it is there already',
  in_other_pool: 'not of pool {pool}',
  was_named: 'named by who asked',
  moves_with_gap: '{unit} is the only unit: nothing serves from its stop until its check passes elsewhere',
  stays_one_each: 'there is one on each machine',
  stays_machine_silent: 'its machine is not heard, and cannot confirm that it stopped',
}

/** Among the other refusals. */
export const placeRefusals = {
  stays_data_on_machine: 'Its data lie on its machine, and cannot be copied to another yet.',
  stays_daemon_one_each: 'There is one on each machine.',
  stays_one_each: 'There is one on each machine.',
  stays_is_stopped: 'It is stopped; start it first.',
  stays_in_error: 'It is in error; repair it by a deploy first.',
  stays_is_held: 'It is held until a release succeeds on it.',
  stays_never_ran: 'It does not run yet.',
  stays_machine_silent: 'Its machine is not heard, and cannot confirm that it stopped.',
}
