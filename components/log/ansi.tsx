import Anser from 'anser'
import type { ReactNode } from 'react'

/** A line longer than this is cut on screen; the download has it whole. */
const longest = 4000

interface Piece {
  text: string
  className: string | undefined
}

const colours: Record<string, string> = {
  'ansi-red': 'a-red',
  'ansi-bright-red': 'a-red',
  'ansi-green': 'a-green',
  'ansi-bright-green': 'a-green',
  'ansi-yellow': 'a-amber',
  'ansi-bright-yellow': 'a-amber',
  'ansi-blue': 'a-blue',
  'ansi-bright-blue': 'a-blue',
  'ansi-magenta': 'a-plum',
  'ansi-bright-magenta': 'a-plum',
  'ansi-cyan': 'a-accent',
  'ansi-bright-cyan': 'a-accent',
  'ansi-bright-black': 'a-dim',
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach the screen
const otherControls = /[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f]/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: operating system commands (titles, links) are dropped whole
const systemCommands = /\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: a lone escape is no colour
const escapes = /\u001b/g

/** Colours as classes of ours; what programs print can never become markup. */
export function ansiPieces(text: string): Piece[] {
  const cut = text.length > longest ? `${text.slice(0, longest)} …` : text
  if (!cut.includes('\u001b')) return [{ text: cut.replace(otherControls, ''), className: undefined }]
  return Anser.ansiToJson(cut.replace(systemCommands, ''), { json: true, remove_empty: true, use_classes: true }).map((entry) => {
    const marks = entry.decorations.flatMap((decoration) =>
      decoration === 'bold' ? ['a-bold'] : decoration === 'dim' ? ['a-dim'] : decoration === 'underline' ? ['a-line'] : [],
    )
    const classes = [colours[entry.fg], ...marks].filter(Boolean).join(' ')
    return { text: entry.content.replace(otherControls, '').replace(escapes, ''), className: classes || undefined }
  })
}

function withHits(text: string, query: string): ReactNode {
  if (!query) return text
  const lower = text.toLowerCase()
  const parts: ReactNode[] = []
  let from = 0
  for (let at = lower.indexOf(query); at >= 0; at = lower.indexOf(query, from)) {
    parts.push(text.slice(from, at), <mark key={at}>{text.slice(at, at + query.length)}</mark>)
    from = at + query.length
  }
  parts.push(text.slice(from))
  return parts
}

export const AnsiText = ({ text, query = '' }: { text: string; query?: string }) => {
  const wanted = query.toLowerCase()
  return (
    <span>
      {ansiPieces(text).map((piece, i) =>
        piece.className ? (
          <span key={i} className={piece.className}>
            {withHits(piece.text, wanted)}
          </span>
        ) : (
          withHits(piece.text, wanted)
        ),
      )}
    </span>
  )
}
