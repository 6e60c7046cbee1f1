import { z } from 'zod'

/** Not seen, or seen elsewhere than where it stands: names that differ only by it look alike. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu
/** Alphabets with letters of the same shape. */
const alphabets = [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u]

const isMixed = (word: string): boolean => alphabets.filter((alphabet) => alphabet.test(word)).length > 1

/** A name as people read it, in any script: no word of two alphabets, and nothing in it that cannot be seen. */
export const plainName = (most: number, empty = 'must not be empty') =>
  z
    .string()
    .trim()
    .min(1, empty)
    .max(most)
    .refine((name) => name.search(unseen) < 0, { message: 'holds characters that nobody sees' })
    .refine((name) => !name.split(/[^\p{L}]+/u).some(isMixed), { message: 'mixes letters of alphabets that look alike' })

/** What somebody else says that a person is called, as it can be shown here. */
export const seenOf = (name: string): string => name.replace(unseen, '').trim()
