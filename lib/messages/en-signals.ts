/** Signs of trouble of machines. */
export const signals = {
  signals: {
    title: '{says}.',
    does: { fault: 'It is out of use, and its units may go elsewhere.', no_new_units: 'It takes no new units.' },
    over: 'Over now; counts until',
  },
}

/** Among the other sentences. */
export const signalSentences = {
  signal_not_heard: 'It was not heard',
  signal_disk_unwritable: 'Its disk cannot be written',
  signal_disk_full: 'Its disk is full: {free} MiB free',
  signal_clock_off: 'Its clock is {minutes} min {way, select, ahead {ahead} other {behind}}',
  signal_units_failing: 'Most of its units are in error, of several services',
  signal_flapping: 'It keeps falling silent: back {times, plural, one {once} other {# times}} in ten minutes',
  fault_not_heard: 'not heard for {seconds} s',
  fault_not_heard_overdue: 'not heard for {seconds} s, and its maintenance is overdue',
  fault_disk_unwritable: 'its disk cannot be written',
  reported_by_operator: 'an operator reported it',
  as_said: '{text}',
  waits_steady: 'It is well again; nothing moves, and it comes back with its units once it has been so for long enough',
}

/** Among the names of events. */
export const signalEvents = {
  machine_warned:
    'Takes no new units: {signal, select, disk_full {its disk is full} clock_off {its clock is off} units_failing {most of its units are in error} other {it keeps falling silent}}',
  machine_warning_over:
    'Takes new units again: {signal, select, disk_full {its disk has room} clock_off {its clock is right} units_failing {its units are well} other {it is heard steadily}}',
}
