import { Document, isMap, isScalar, visit } from 'yaml'

/** Lists of words, and small maps in lists, stand on one line. */
export function yaml(value: unknown): string {
  const document = new Document(value, { aliasDuplicateObjects: false })
  visit(document, {
    Seq: (_, node) => {
      if (node.items.every(isScalar)) node.flow = true
      for (const inner of node.items) if (isMap(inner) && inner.items.length < 4) inner.flow = true
    },
  })
  return document.toString({ lineWidth: 0, flowCollectionPadding: true }).trimEnd()
}

const indented = (text: string, by: string) => text.replace(/^(?=.)/gm, by)
/** The first and only item of a list. */
export const item = (text: string) => `  - ${indented(text, '    ').trimStart()}`
