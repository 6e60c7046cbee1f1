import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { takeFile } from './process-mark.mjs'
import { say } from './progress.mjs'
import { hashOf, readStamp, writeStamp } from './stamp.mjs'

/** Plain Node: bundles and pages for production, skipped while what they are made from is unchanged. */

const root = path.join(import.meta.dirname, '..')
const tools = ['package-lock.json', 'tsconfig.json', 'scripts/build.mjs', 'prisma/schema']
const bundleSources = [
  ...tools,
  'gateway',
  'app/styles/tokens.css',
  'components/frame/preferences.ts',
  'workers',
  'agent',
  'cli',
  'package.json',
  'lib',
  'scripts',
  'prisma/seed.ts',
  'prisma/seed',
]
const pageSources = [
  ...tools,
  'app',
  'components',
  'lib',
  'public',
  'next.config.js',
  'postcss.config.mjs',
  'instrumentation.ts',
  'proxy.ts',
]

/** Programs of their own that find their packages in node_modules. Agent and command line go alone to other machines. */
const bundles = {
  up: 'scripts/up/main.ts',
  prepare: 'scripts/prepare.ts',
  doctor: 'scripts/doctor/main.ts',
}

const requireBanner = `import { createRequire as tengenCreateRequire } from 'node:module'; const require = tengenCreateRequire(import.meta.url);`

/** What packages that were written for CommonJS expect around them. */
const commonjsBanner = `${requireBanner}
import { dirname as tengenDirname } from 'node:path'; const __filename = import.meta.filename; const __dirname = tengenDirname(__filename);`

/** Gateway, workers and observers with their packages: finding these in a thousand files of node_modules takes longer than reading one. */
export function hubPrograms() {
  return {
    entryPoints: {
      gateway: path.join(root, 'gateway/main.ts'),
      workers: path.join(root, 'workers/main.ts'),
      observers: path.join(root, 'workers/observers/main.ts'),
    },
    // Optional parts of packages that are not installed.
    external: ['pg-native', '@valkey/valkey-glide'],
    banner: { js: commonjsBanner },
  }
}

/** Signs that esbuild leaves in regular expressions as they are. With one of them Node holds the whole text with two bytes a sign, and on its heap. */
const plainText = {
  name: 'plain-text',
  setup(build) {
    build.initialOptions.metafile = true
    build.onEnd(({ metafile }) => {
      for (const name of Object.keys(metafile?.outputs ?? {})) {
        const file = path.resolve(build.initialOptions.absWorkingDir ?? '.', name)
        const spelled = (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`
        writeFileSync(file, readFileSync(file, 'utf8').replace(/[^\0-\x7f]/g, spelled))
      }
    })
  },
}

/** Stands in the agent for what is known only once it is made. */
const madeOf = 'made-of-what'

/** Another agent has another version, whoever forgot to raise the number; its file says in the last line which it is. */
const ownVersion = {
  name: 'own-version',
  setup(build) {
    build.onEnd(() => {
      const file = path.resolve(build.initialOptions.absWorkingDir ?? '.', build.initialOptions.outdir, 'agent.mjs')
      const text = readFileSync(file, 'utf8')
      const digest = createHash('sha256').update(text).digest('hex').slice(0, 8)
      const version = JSON.parse(build.initialOptions.define.TENGEN_AGENT_VERSION).replace(madeOf, digest)
      writeFileSync(file, `${text.replace(madeOf, digest)}// tengen-agent ${version}\n`)
    })
  },
}

/** The agent as one file that can be started by itself, and small: all of its text stays in memory. */
export function agentProgram(version = `${agentNumber()}+${madeOf}`) {
  return {
    entryPoints: { agent: path.join(root, 'agent/main.ts') },
    minify: true,
    sourcemap: false,
    banner: { js: requireBanner },
    define: { TENGEN_AGENT_VERSION: JSON.stringify(version) },
    plugins: [plainText, ownVersion],
  }
}

const agentNumber = () => /'([^']+)'/.exec(readFileSync(path.join(root, 'lib/protocol/agent-version.ts'), 'utf8'))[1]

/** The command line as one file that can be started by itself. */
export function commandLine() {
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
  return {
    entryPoints: { cli: path.join(root, 'cli/main.ts') },
    minifySyntax: true,
    banner: { js: `#!/usr/bin/env node\n${requireBanner}` },
    define: { TENGEN_VERSION: JSON.stringify(version) },
  }
}

/** The viewer of the API's document, for the browser. Names carry the hash of the content. */
const docsViewer = () => ({
  entryPoints: {
    viewer: path.join(root, 'components/api-docs/viewer.ts'),
    'viewer-style': path.join(root, 'components/api-docs/viewer.css'),
  },
  outdir: 'dist/docs',
  entryNames: '[name]-[hash]',
  platform: 'browser',
  target: 'es2022',
  outExtension: {},
  minify: true,
  sourcemap: false,
})

async function buildBundles() {
  const stamp = path.join(root, 'dist/.stamp')
  const wanted = hashOf(root, bundleSources)
  if (readStamp(stamp) === wanted) return false
  const esbuild = await import('esbuild')
  const options = {
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    sourcemap: true,
    logLevel: 'error',
    outdir: 'dist',
    outExtension: { '.js': '.mjs' },
  }
  mkdirSync(path.join(root, 'dist'), { recursive: true })
  rmSync(path.join(root, 'dist/docs'), { recursive: true, force: true })
  await Promise.all([
    esbuild.build({ ...options, entryPoints: bundles, packages: 'external' }),
    esbuild.build({ ...options, ...hubPrograms() }),
    esbuild.build({ ...options, ...agentProgram() }),
    esbuild.build({ ...options, ...commandLine(), sourcemap: false }),
    esbuild.build({ ...options, ...docsViewer() }),
  ])
  chmodSync(path.join(root, 'dist/cli.mjs'), 0o755)
  await esbuild.stop()
  writeStamp(stamp, wanted)
  return true
}

function runNext() {
  return new Promise((resolve, reject) => {
    let said = ''
    const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' }
    const child = spawn(process.execPath, ['node_modules/next/dist/bin/next', 'build'], {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => void (said = (said + chunk).slice(-20_000)))
    child.once('error', reject)
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`next build failed:\n${said}`))))
  })
}

async function buildPages() {
  const stamp = path.join(root, '.next/.tengen-stamp')
  const wanted = hashOf(root, pageSources)
  if (readStamp(stamp) === wanted) return false
  rmSync(stamp, { force: true })
  await runNext()
  // The standalone server serves both from beside itself; the gateway serves the build's files before it is asked.
  const standalone = path.join(root, '.next/standalone')
  cpSync(path.join(root, '.next/static'), path.join(standalone, '.next/static'), { recursive: true })
  if (existsSync(path.join(root, 'public'))) cpSync(path.join(root, 'public'), path.join(standalone, 'public'), { recursive: true })
  writeStamp(stamp, wanted)
  return true
}

/** Two builds in one checkout would write over each other: the second waits for the first, and says so. */
export async function alone(work) {
  const lock = path.join(root, 'dist/.building')
  mkdirSync(path.dirname(lock), { recursive: true })
  let waitsFor
  for (let holder = takeFile(lock); holder; holder = takeFile(lock)) {
    if (holder.pid !== waitsFor) say(`  Waiting for the build of process ${holder.pid}, in this same folder …`)
    waitsFor = holder.pid
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  try {
    await work()
  } finally {
    rmSync(lock, { force: true })
  }
}

export const buildSteps = [
  { name: 'Build programs', run: buildBundles },
  { name: 'Build pages', run: buildPages },
]

async function buildAll() {
  const only = process.argv[2]
  for (const one of buildSteps.filter(({ name }) => !only || name.includes(only))) {
    const began = performance.now()
    const isDone = await one.run()
    console.log(`${one.name}: ${isDone ? `${((performance.now() - began) / 1000).toFixed(1)} s` : 'unchanged'}`)
  }
}

if (process.argv[1] === import.meta.filename) await alone(buildAll)
