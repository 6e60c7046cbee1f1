/**
 * What an agent says of a policy, by code; gaps are values. The text goes along for programs and for hubs that know no codes; people
 * read it in their language.
 */
export const initWords = {
  system_found: '{id} {version}, kernel {kernel}',
  system_other: 'The system is {id}, not {wanted}.',
  version_old: '{id} is of version {version}, older than {wanted}.',
  kernel_old: 'The kernel is {kernel}, older than {wanted}.',
  memory_found: '{memory} MiB of memory, {cores} cores',
  memory_small: 'It has {memory} MiB of memory, less than {wanted}.',
  cores_few: 'It has {cores} cores, less than {wanted}.',
  disk_found: '{free} MiB free at {path}',
  disk_fast: '{free} MiB free at {path}, which takes {speed} MiB a second',
  no_folder: 'There is no folder {path}.',
  disk_small: '{free} MiB are free at {path}, less than {wanted}.',
  disk_slow: '{path} takes {speed} MiB a second, less than {wanted}.',
  disk_closed: 'The agent may not write in {path}, so its speed cannot be measured.',
  clock_ahead: 'Its clock is at most {seconds} s ahead of the hub',
  clock_behind: 'Its clock is at most {seconds} s behind the hub',
  clock_too_far_ahead: 'Its clock is {seconds} s ahead of the hub, more than {wanted} s. Let it follow a time server.',
  clock_too_far_behind: 'Its clock is {seconds} s behind the hub, more than {wanted} s. Let it follow a time server.',
  clock_of_hub: 'The hub does not say what time it is.',
  programs_found: '{programs}: there',
  program_missing: 'Missing: {programs}. Install it, then run this again.',
  programs_missing: 'Missing: {programs}. Install them, then run this again.',
  user_found: 'The user {user} is there, number {uid}',
  user_made: 'The user {user} was made, number {uid}',
  user_other: 'The user {user} has the number {uid}, not {wanted}.',
  no_user: 'There is no user {user}.',
  user_needs_root: 'The user {user} cannot be made: the agent does not run as root. Do it by hand, or run the agent as root.',
  no_useradd: 'There is no useradd on this machine.',
  user_not_made: 'The user {user} could not be made: {why}',
  sysctl_found: '{key} is {value}',
  sysctl_set: '{key} was {before} and is {value} now, also after a restart',
  no_sysctl: 'This kernel has no {key}.',
  sysctl_other: '{key} is {value}, not {wanted}.',
  sysctl_needs_root: '{key} is {value} and cannot be set: the agent does not run as root. Do it by hand, or run the agent as root.',
  sysctl_not_set: '{key} is {value} and could not be set: {why}.',
  sysctl_stays: '{key} stays {value} although {wanted} was written.',
  package_passed: '{name} {version} ended well',
  package_failed: '{command} ended with exit code {code}.',
  package_lost: '{command} ended with no exit code.',
  package_slow: 'It did not end within {seconds} s; it and all it started were killed.',
  package_ended: 'It was ended: the policies are run anew.',
} as const

export type InitCode = keyof typeof initWords
export interface InitSaid {
  readonly code: InitCode
  readonly values: Readonly<Record<string, string | number>>
}

export const initText = ({ code, values }: InitSaid): string =>
  initWords[code].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''))

export const isInitCode = (code: string): code is InitCode => Object.hasOwn(initWords, code)
