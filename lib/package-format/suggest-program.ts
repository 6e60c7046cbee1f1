import { valid } from 'semver'
import type { OwnProgram } from '@/lib/protocol/own-program'
import { PackageName, PackageVersionName } from '@/lib/protocol/package-manifest'
import type { FoundProgram } from './detect-program'

/** A name a package may have, made of what a folder or an archive is called. */
export function packageNameFrom(text: string): string {
  const name = text
    .toLowerCase()
    .replace(/\.(tar\.gz|tgz|zip)$/, '')
    .replace(/^@[^/]*\//, '')
    .replace(/[-_ ]v?\d+(\.\d+)+.*$/, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 40)
  return PackageName.safeParse(name).success ? name : 'my-program'
}

const secretName = /(PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIAL)/i

/** The first answers to what the wizard asks: what the folder says of itself, and what most programs want. */
export function suggestProgram(found: FoundProgram, calledAs: string): OwnProgram {
  const name = packageNameFrom(found.name ?? calledAs)
  const version =
    found.version !== null && valid(found.version) && PackageVersionName.safeParse(found.version).success ? found.version : '1.0.0'
  return {
    name,
    version,
    title: titleOf(name),
    command: found.choices[0]?.command ?? [],
    folder: 'package',
    ports: [httpPort],
    addressVariable: 'HOST',
    check: { kind: 'ports' },
    variables: found.variables.map(({ name: variable, default: given }) => ({
      name: variable,
      isSecret: secretName.test(variable),
      default: secretName.test(variable) || given === '' ? null : given,
      isRequired: false,
    })),
  }
}

const titleOf = (name: string) => `${name[0]?.toUpperCase() ?? ''}${name.slice(1).replaceAll('-', ' ')}`

/** Most programs read PORT by custom. */
const httpPort: OwnProgram['ports'][number] = { name: 'http', default: 8080, variable: 'PORT', option: null }
