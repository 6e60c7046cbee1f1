import { toldAt } from './told-words'

/** A command as people type it, cut into its words. No shell ever sees it: quotes keep words together, and that is all. */
export type CommandWords = { words: string[] } | { problem: 'quote_open' } | { problem: 'shell_sign'; sign: string }

/** What a shell would act on. Outside quotes it is refused, because whoever types it expects a shell. */
const shellSigns = new Set([...'|&;<>()$`*?#~!{}'])

/** `takesPlaces`: `{{ ports.http }}` and `{{ address }}` stand for themselves, also without quotes. */
export function readCommand(text: string, { takesPlaces = false } = {}): CommandWords {
  const words: string[] = []
  let word: string | undefined
  let quote = ''
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at] as string
    const place = takesPlaces && quote === '' && sign === '{' ? toldAt(text.slice(at)) : undefined
    if (quote !== '') {
      if (sign === quote) quote = ''
      else if (sign === '\\' && quote === '"' && ['"', '\\'].includes(text[at + 1] ?? '')) word += text[++at] as string
      else word += sign
    } else if (sign === '"' || sign === "'") {
      quote = sign
      word ??= ''
    } else if (place) {
      word = (word ?? '') + place
      at += place.length - 1
    } else if (sign === '\\' && at + 1 < text.length) word = (word ?? '') + text[++at]
    else if (/\s/.test(sign)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else if (shellSigns.has(sign)) return { problem: 'shell_sign', sign }
    else word = (word ?? '') + sign
  }
  if (quote !== '') return { problem: 'quote_open' }
  if (word !== undefined) words.push(word)
  return { words }
}

/** The words as text that reads back to the same words. */
export function writeCommand(words: readonly string[]): string {
  return words.map((word) => (/^[A-Za-z0-9_./:=@%+,-]+$/.test(word) ? word : `"${word.replace(/["\\]/g, '\\$&')}"`)).join(' ')
}
