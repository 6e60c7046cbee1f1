'use client'

import { type ChangeEvent, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useSentence } from '@/components/frame/use-refusal'
import { Button } from '@/components/ui/button'
import { describedBy, Field } from '@/components/ui/field'
import { Notice } from '@/components/ui/notice'
import { Select } from '@/components/ui/select'
import type { KubeconfigLook } from '@/lib/clusters/views'
import { LacksTable } from './lacks-table'
import { useClusterFailure } from './use-cluster-failure'
import type { Looking } from './use-look'

const mostBytes = 256 * 1024

/** Pasted, or read of a file; then looked at before anything is kept. */
export function KubeconfigFields({ looking }: { looking: Looking }) {
  const t = useTranslations()
  const failure = useClusterFailure()
  const file = useRef<HTMLInputElement>(null)
  const [tooLarge, setTooLarge] = useState(false)
  const read = async (event: ChangeEvent<HTMLInputElement>) => {
    const [chosen] = event.target.files ?? []
    event.target.value = ''
    setTooLarge((chosen?.size ?? 0) > mostBytes)
    if (chosen && chosen.size <= mostBytes) looking.change(await chosen.text())
  }
  const error = tooLarge ? t('clusters.tooLarge') : looking.error ? failure(looking.error) : undefined
  return (
    <>
      <Field id="kubeconfig" label={t('clusters.kubeconfig')} help={t('clusters.kubeconfigHelp')} error={error}>
        <textarea
          id="kubeconfig"
          className={error ? 'input bad mono' : 'input mono'}
          rows={9}
          spellCheck={false}
          autoComplete="off"
          aria-invalid={error ? true : undefined}
          aria-describedby={describedBy('kubeconfig', error, true)}
          value={looking.text}
          onChange={(event) => {
            setTooLarge(false)
            looking.change(event.target.value)
          }}
        />
      </Field>
      <div className="row mt-3">
        <Button
          busy={looking.busy}
          why={looking.text.trim() === '' ? t('clusters.pasteFirst') : undefined}
          onClick={() => void looking.at()}
        >
          {t('clusters.look')}
        </Button>
        <Button tone="ghost" onClick={() => file.current?.click()}>
          {t('clusters.upload')}
        </Button>
        <input
          ref={file}
          type="file"
          className="sr-only"
          tabIndex={-1}
          aria-label={t('clusters.upload')}
          onChange={(event) => void read(event)}
        />
      </div>
      {looking.found ? <Found looking={looking} found={looking.found} /> : null}
    </>
  )
}

function Found({ looking, found }: { looking: Looking; found: KubeconfigLook }) {
  const t = useTranslations()
  const sentence = useSentence()
  const { cluster, trouble } = found
  return (
    <div className="stack mt-4">
      {found.contexts.length > 1 ? (
        <Field id="context" label={t('clusters.context')} help={t('clusters.contextHelp')}>
          <Select
            id="context"
            value={found.context}
            placeholder={t('clusters.chooseContext')}
            onChange={(name) => void looking.at(name)}
            options={found.contexts.map(({ name, server }) => ({ value: name, label: name, note: server }))}
          />
        </Field>
      ) : null}
      {trouble ? <Notice tone="red" role="alert" title={sentence(trouble)} /> : null}
      {cluster ? (
        <>
          <Notice
            tone={cluster.known ? 'amber' : 'green'}
            {...(cluster.known ? { shape: 'warn' as const } : {})}
            role="status"
            title={t('clusters.answers', { version: cluster.version, nodes: cluster.nodes ?? -1 })}
          >
            {cluster.known
              ? t('clusters.knownAs', { name: cluster.known })
              : cluster.account
                ? t('clusters.asWhom', { account: cluster.account })
                : null}
          </Notice>
          <AccountField looking={looking} />
          {looking.may.own || cluster.lacks.length === 0 ? null : <LacksTable lacks={cluster.lacks} />}
        </>
      ) : null}
    </div>
  )
}

/** Its own account, with a token that ends; or this very credential. */
function AccountField({ looking: { may, account, choose } }: { looking: Looking }) {
  const t = useTranslations()
  const help = account === null ? t('clusters.accountFirst') : account === 'own' ? t('clusters.ownHelp') : t('clusters.givenHelp')
  return (
    <Field id="account" label={t('clusters.account')} help={account === 'given' && !may.own ? `${help} ${t('clusters.ownNot')}` : help}>
      <Select
        id="account"
        value={account}
        placeholder={t('clusters.account')}
        onChange={(next) => choose(next as 'own' | 'given')}
        options={[
          { value: 'own', label: t('clusters.own'), ...(may.own ? {} : { why: t('clusters.ownNot') }) },
          { value: 'given', label: t('clusters.given'), ...(may.given ? {} : { why: t('clusters.givenNot') }) },
        ]}
      />
    </Field>
  )
}
