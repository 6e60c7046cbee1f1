/** Tasks that bring data of a unit to another machine. */
export const copyVerbs: readonly string[] = ['copy_out', 'copy_in']

export const isCopy = ({ verb }: { readonly verb: string }): boolean => copyVerbs.includes(verb)
