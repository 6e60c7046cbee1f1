import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { packEntries, packFolder } from './pack-folder'
import { readArchive } from './read-archive'
import { validatePackage } from './validate-package'

const root = join(import.meta.dirname, '..', '..', 'packages')
const shipped = readdirSync(root).flatMap((name) => readdirSync(join(root, name)).map((version) => ({ name, version })))

describe.each(shipped)('$name $version', ({ name, version }) => {
  test('is valid, stands in the folder of its name and version, and packs to the same bytes twice', async () => {
    const packed = await packFolder(join(root, name, version))
    const entries = await readArchive(packed)
    const { manifest, findings } = validatePackage(entries)
    expect(findings).toEqual([])
    expect(manifest).toMatchObject({ name, version })
    expect((await packEntries(entries)).equals(packed)).toBe(true)
  })
})
