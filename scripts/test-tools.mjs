import { spawn, spawnSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { buildGitea, whyNoGitea } from './build-gitea.mjs'
import { buildPrograms, whyNoClusters } from './cluster/build-programs.mjs'
import { whyNoFuzz } from './fuzz/install.mjs'

/** Plain Node: programs that tests need beside Node, from Debian where root allows it. */

const tools = [
  {
    // Without a window of its own: the same pages for three quarters of the work.
    name: 'Chromium',
    program: 'chromium-headless-shell',
    packages: ['chromium-headless-shell', 'fonts-inter', 'fonts-noto-cjk', 'fonts-jetbrains-mono'],
    needs: ['browser', 'cluster'],
  },
  { name: 'Redis', program: 'redis-server', packages: ['redis-server'], needs: ['database', 'engine'] },
  { name: 'nginx', program: 'nginx', packages: ['nginx-light'], needs: ['engine'] },
  { name: 'Python', program: 'python3', packages: ['python3', 'python3-venv'], needs: ['fuzz'] },
]

const isThere = (program) => spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program]).status === 0

/** Debian would start the Redis it installs, on a port that may be somebody's. */
async function withoutDaemons(work) {
  const policy = '/usr/sbin/policy-rc.d'
  const isOurs = !existsSync(policy)
  if (isOurs) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    return await work()
  } finally {
    if (isOurs) rmSync(policy, { force: true })
  }
}

const apt = 'apt-get -o DPkg::Lock::Timeout=120'

/** One process for both steps: whoever waits for it may be busy in between. */
function install(packages) {
  const words = ['-c', `${apt} update && exec ${apt} install -y --no-install-recommends "$@"`, 'sh', ...packages]
  const child = spawn('sh', words, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, stdio: 'ignore' })
  return new Promise((resolve) => void child.once('error', resolve).once('close', resolve))
}

const built = async (build) =>
  build().then(
    () => undefined,
    (error) => error.message,
  )

/** A cluster is somebody's, or ours: then its programs are built here, once, which takes minutes. */
async function missingCluster(kinds) {
  if (!kinds.includes('cluster') || process.env.TENGEN_TEST_KUBECONFIG) return []
  const says = whyNoClusters() ?? (await built(buildPrograms))
  return says ? [{ kinds: ['cluster'], says: `Tests on clusters are left out: ${says}` }] : []
}

async function missingPeers(kinds) {
  if (!kinds.includes('peers')) return []
  const says = whyNoGitea() ?? (await built(buildGitea))
  return says ? [{ kinds: ['peers'], says: `Tests with other products are left out: ${says}` }] : []
}

/** From PyPI, pinned, in a folder of its own. */
function missingFuzz(kinds) {
  const says = kinds.includes('fuzz') ? whyNoFuzz() : undefined
  return says ? [{ kinds: ['fuzz'], says: `The fuzz of the API is left out: ${says}` }] : []
}

/** What is missing for these kinds of tests after trying to install it: sentences for people, by kind. */
export async function missingTools(kinds) {
  const wanted = tools.filter(({ needs, program }) => needs.some((kind) => kinds.includes(kind)) && !isThere(program))
  const mayInstall = process.getuid?.() === 0 && isThere('apt-get')
  if (wanted.length && mayInstall) await withoutDaemons(() => install(wanted.flatMap(({ packages }) => packages)))
  const missing = wanted
    .filter(({ program }) => !isThere(program))
    .map(({ name, packages, needs }) => ({ kinds: needs, says: `${name} is missing: as root, apt-get install ${packages.join(' ')}` }))
  return [...missing, ...missingFuzz(kinds), ...(await missingCluster(kinds)), ...(await missingPeers(kinds))]
}
