export interface Verb {
  act: string
  /** As it is read: "Roll back". */
  word: string
}

/** "restart gree" is a verb and what to look for; a verb alone, or the beginning of a name, is only looked for. */
export function splitVerb(query: string, verbs: readonly Verb[]): { act: string | null; rest: string } {
  const typed = query.toLowerCase()
  const verb = verbs.find(({ word }) => typed.startsWith(`${word.toLowerCase()} `))
  const rest = verb ? query.slice(verb.word.length).trim() : query
  return verb && rest ? { act: verb.act, rest } : { act: null, rest: query }
}
