'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { Button } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'
import { Section } from '@/components/ui/section'
import { formatBytes } from '@/components/ui/sizes'
import { Stone } from '@/components/ui/stone'
import type { JoinExecutable, JoinTokenView } from '@/lib/machines/join-views'
import { paths } from '@/lib/paths'

interface Props {
  line: string
  /** As it stands now; missing until the list has been read again. */
  token: JoinTokenView | undefined
  nodes: string[]
  executables: JoinExecutable[]
  another: () => void
}

/** The line, and what has become of it so far. */
export function JoinLine({ line, token, nodes, executables, another }: Props) {
  const t = useTranslations()
  const help = nodes.length > 0 ? t('join.runHelp', { architectures: nodes.join(', ') }) : t('join.runHelpNoNode')
  return (
    <Section title={t('join.run')} hint={t('join.runHint')} end={<CopyButton text={line}>{t('join.copy')}</CopyButton>}>
      <pre className="code cmd join-line">{line}</pre>
      <p className="t3 f12 mt-2">{help}</p>
      {executables.map((one) => (
        <Carried key={one.architecture} file={one} />
      ))}
      <div className="row wrap mt-3" role="status">
        <Progress token={token} />
        <span className="grow" />
        <Button size="sm" onClick={another}>
          {t('join.another')}
        </Button>
      </div>
    </Section>
  )
}

/** For a machine that can download nothing: one file is brought to it. */
function Carried({ file }: { file: JoinExecutable }) {
  const t = useTranslations()
  return (
    <details className="mt-3">
      <summary className="t2 f12">{t('join.carried', { architecture: file.architecture })}</summary>
      <p className="t3 f12 mt-2">{t('join.carriedHelp')}</p>
      <div className="row wrap mt-2">
        <a className="link" href={file.path} download>
          {t('join.download', { size: formatBytes(file.sizeBytes) })}
        </a>
        <span className="mono t3 f12 break-all">SHA-256 {file.sha256}</span>
      </div>
      <pre className="code cmd join-line mt-2">{file.line}</pre>
      <CopyButton text={file.line}>{t('join.copy')}</CopyButton>
    </details>
  )
}

function Progress({ token }: { token: JoinTokenView | undefined }) {
  const t = useTranslations()
  const count = token?.maxUses ?? 1
  const uses = token?.uses ?? 0
  const isOpen = !token || token.state === 'open'
  return (
    <>
      {token && token.machines.length > 0 ? (
        <span className="row wrap">
          <Stone shape="ok" tone="green" />
          <span>{t('join.joined')}</span>
          {token.machines.map(({ name }) => (
            <Link key={name} className="link mono" href={paths.machine(name)}>
              {name}
            </Link>
          ))}
        </span>
      ) : null}
      {isOpen ? (
        <span className="row t2">
          <Stone shape="turning" tone="blue" />
          {uses > 0 ? t('join.waitingMore', { uses, count }) : t('join.waiting', { count })}
        </span>
      ) : token.state === 'used' ? null : (
        <span className="row t2">
          <Stone shape="slash" tone="none" />
          {t('join.ended', { state: t(`join.state.${token.state}`) })}
        </span>
      )}
    </>
  )
}
