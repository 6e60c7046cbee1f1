'use client'

import { useSay } from '@/components/frame/use-refusal'
import { formatMib } from '@/components/ui/sizes'
import type { InitCheck } from '@/lib/protocol/init'

/** A policy in one line: what is asked of the machine. */
export function usePolicyWords() {
  const t = useSay()
  return (check: InitCheck): string => {
    const parts = partsOf(check, t)
    return parts.filter(Boolean).join(', ')
  }
}

type Say = ReturnType<typeof useSay>

function partsOf(check: InitCheck, t: Say): (string | null)[] {
  switch (check.kind) {
    case 'system':
      return [
        check.distributions.length > 0 ? check.distributions.join(t('init.or')) : null,
        check.versionAtLeast && t('init.says.version', { version: check.versionAtLeast }),
        check.kernelAtLeast && t('init.says.kernel', { version: check.kernelAtLeast }),
      ]
    case 'memory':
      return [t('init.says.memory', { size: formatMib(check.memoryMib) }), check.cores && t('init.says.cores', { count: check.cores })].map(
        (part) => part || null,
      )
    case 'disk':
      return [
        t('init.says.disk', { size: formatMib(check.freeMib), path: check.path }),
        check.writeMibPerSecond === null ? null : t('init.says.speed', { speed: check.writeMibPerSecond }),
      ]
    case 'clock':
      return [t('init.says.clock', { seconds: check.withinMs / 1000 })]
    case 'programs':
      return [check.programs.join(', ')]
    case 'user':
      return [check.user, check.uid === null ? null : String(check.uid), check.create ? t('init.says.made') : null]
    case 'sysctl':
      return [`${check.key} = ${check.value}`, check.set ? t('init.says.set') : null]
    case 'package':
      return [`${check.name} ${check.version}: ${check.run.join(' ')}`]
  }
}
