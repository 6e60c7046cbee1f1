import { expect, test } from 'vitest'
import { emptyDraft } from './own-draft'
import { type OwnKept, readKept, writeKept } from './own-kept'

const variable = (name: string, given: string, isSecret: boolean) => ({ name, default: given, isSecret, isRequired: false })
const kept: OwnKept = {
  source: 'folder',
  step: 'manifest',
  draft: { ...emptyDraft, name: 'mine', command: 'node "a b.js', variables: [variable('MOOD', 'fine', false)] },
  manifest: 'tengen: 1\n',
}

test('what was typed is kept as it was typed, also where it is wrong, and no value of a secret', () => {
  expect(readKept(writeKept(kept))).toEqual(kept)
  const secret = { ...kept, draft: { ...kept.draft, variables: [variable('TOKEN', 'hunter2', true)] } }
  expect(writeKept(secret)).not.toContain('hunter2')
})

test.each([null, 'no JSON', '[]', '{"draft":{}}', JSON.stringify({ ...kept, draft: { ...kept.draft, ports: 'none' } })])(
  'what is no draft of today is none: %s',
  (text) => expect(readKept(text)).toBeNull(),
)
