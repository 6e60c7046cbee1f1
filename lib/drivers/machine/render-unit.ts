import { type PlacedUnit, type ReleaseFacts, RenderError, resourcesOf, type ServiceFacts, type UnitContentPlan } from '@/lib/drivers/driver'
import { canonicalJson, digestOf, sha256Hex } from '@/lib/protocol/canonical'
import { type ApplyEffect, type ContentFile, secretReferencesIn, UnitContent } from '@/lib/protocol/desired'
import { machineTemplatePrefix, someMachine } from '@/lib/protocol/machine-template'
import { contentCheckOf, contentHooksOf, type PackageComponent } from '@/lib/protocol/package-manifest'
import { inputsOf } from '@/lib/protocol/render-text'
import { envOf, processOf } from './render-process'
import { renderText } from './render-text'

const userOf = (service: ServiceFacts): string => {
  const readable = `${service.organizationSlug}-${service.applicationSlug}`.slice(0, 40).replace(/-+$/, '')
  return `${readable}-${sha256Hex(`${service.organizationSlug}/${service.applicationSlug}`).slice(0, 8)}`
}

/** The whole content of one unit, rendered: what an approval signs is exactly what the agent writes. */
export function renderUnit(service: ServiceFacts, release: ReleaseFacts, unit: PlacedUnit): UnitContentPlan {
  const component = release.manifest.components.find((one) => one.name === service.component)
  if (!component) throw new RenderError('tengen.yaml', `The package has no component ${service.component}.`)
  if (!release.manifest.runtimes.includes('machine'))
    throw new RenderError('tengen.yaml', 'The package says nothing of how it runs on machines.')
  const scope = scopeOf(service, release, unit)
  const files = component.templates.map((template) => fileOf(template, release, scope))
  const content = UnitContent.parse({
    organization: service.organizationSlug,
    application: service.applicationSlug,
    applicationUser: userOf(service),
    service: service.name,
    ordinal: unit.ordinal,
    release: { id: releaseKey(release), number: release.number, version: release.package.version },
    package: release.package,
    component: service.component,
    ports: unit.ports,
    address: unit.address,
    files,
    config: release.values,
    apply: applyOf(release),
    // What a service takes by name stands above what its package makes of the values.
    env: { ...envOf(component, scope), ...variablesOf(release) },
    process: processOf(component, scope),
    hooks: contentHooksOf(component),
    check: contentCheckOf(component),
    resources: resourcesOf(service, release),
    data: component.data,
  })
  const text = canonicalJson(content)
  insistOwnSecrets(release, text)
  return { digest: digestOf(content), text }
}

/** Agents fill in whatever reference they find: one that a template brings along would fetch a secret of somebody else. */
function insistOwnSecrets({ values, env }: ReleaseFacts, text: string): void {
  const own = new Set(secretReferencesIn(canonicalJson({ values, env })))
  const foreign = secretReferencesIn(text).filter((reference) => !own.has(reference))
  if (foreign.length > 0) throw new RenderError('templates', 'A file of the package names a secret that is not this service’s.')
}

function variablesOf({ env }: ReleaseFacts): Record<string, string> {
  const missing = Object.keys(env).filter((name) => env[name] === null)
  if (missing.length > 0) throw new RenderError('environment', `There is no variable ${missing.join(', ')}.`)
  return env as Record<string, string>
}

/** What a release is, whatever its row id: a preview and the plan made later must agree. */
export const releaseKey = ({ package: { digest }, values, env }: ReleaseFacts): string =>
  digestOf({ package: digest, values, ...(Object.keys(env).length > 0 ? { env: Object.keys(env).sort() } : {}) }).slice(0, 24)

/** What templates may speak of. */
const scopeOf = (service: ServiceFacts, release: ReleaseFacts, unit: PlacedUnit) => ({
  config: release.values,
  ports: unit.ports,
  address: unit.address,
  unit: { name: unit.name, ordinal: unit.ordinal, machine: unit.machineName },
  service: { name: service.name, application: service.applicationSlug, organization: service.organizationSlug },
  release: { number: release.number, version: release.package.version },
})

type Template = PackageComponent['templates'][number]
type Scope = ReturnType<typeof scopeOf>

/** Rendered here, or, where it speaks of the machine, as template and inputs: an approval signs both. */
function fileOf({ from, to, mode: octal, render }: Template, release: ReleaseFacts, scope: Scope): ContentFile {
  const source = release.templates[from]
  if (source === undefined) throw new RenderError(from, `The package has no file ${from}.`)
  const mode = Number.parseInt(octal, 8)
  if (render === 'hub') return { path: to, mode, text: renderText(from, source, scope) }
  // What would fail on every machine fails before anybody approves it.
  renderText(from, source, { ...scope, machine: someMachine })
  return { path: `${machineTemplatePrefix}${to}`, mode, text: source, inputs: inputsOf(source, scope) }
}

type Properties = Record<string, { 'x-apply'?: ApplyEffect; 'x-secret'?: boolean } | undefined>
const propertiesOf = (release: ReleaseFacts): Properties => (release.manifest.config.properties ?? {}) as Properties

const applyOf = (release: ReleaseFacts): Record<string, ApplyEffect> =>
  Object.fromEntries(
    Object.entries(propertiesOf(release)).flatMap(([key, property]) => (property?.['x-apply'] ? [[key, property['x-apply']]] : [])),
  )
