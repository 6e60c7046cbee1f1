import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'

/** Plain Node: programs that tests need beside Node, from Debian where root allows it. */

const tools = [
  {
    name: 'Chromium',
    program: 'chromium',
    packages: ['chromium', 'fonts-inter', 'fonts-noto-cjk', 'fonts-jetbrains-mono'],
    needs: ['browser'],
  },
  { name: 'Redis', program: 'redis-server', packages: ['redis-server'], needs: ['database'] },
]

const isThere = (program) => spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program]).status === 0

/** Debian would start the Redis it installs, on a port that may be somebody's. */
function withoutDaemons(work) {
  const policy = '/usr/sbin/policy-rc.d'
  const isOurs = !existsSync(policy)
  if (isOurs) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    return work()
  } finally {
    if (isOurs) rmSync(policy, { force: true })
  }
}

function install(packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const apt = (...args) => spawnSync('apt-get', ['-o', 'DPkg::Lock::Timeout=120', ...args], { env, stdio: 'ignore' }).status === 0
  return withoutDaemons(() => apt('update') && apt('install', '-y', '--no-install-recommends', ...packages))
}

/** What is missing for these kinds of tests after trying to install it: sentences for people, by kind. */
export function missingTools(kinds) {
  const wanted = tools.filter(({ needs, program }) => needs.some((kind) => kinds.includes(kind)) && !isThere(program))
  const mayInstall = process.getuid?.() === 0 && isThere('apt-get')
  if (wanted.length && mayInstall) install(wanted.flatMap(({ packages }) => packages))
  return wanted
    .filter(({ program }) => !isThere(program))
    .map(({ name, packages, needs }) => ({ kinds: needs, says: `${name} is missing: as root, apt-get install ${packages.join(' ')}` }))
}
