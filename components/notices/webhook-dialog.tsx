'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useAct } from '@/components/frame/use-act'
import { useFailure } from '@/components/frame/use-refusal'
import { Button } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Notice } from '@/components/ui/notice'
import { type OrganizationKind, organizationKinds } from '@/lib/notices/views'
import type { Act } from '@/lib/views'

export type CreateWebhook = Act<
  { organization: string; name: string; url: string; kinds: OrganizationKind[] },
  { id: string; secret: string }
>

interface Props {
  organization: string
  create: CreateWebhook
  close: () => void
}

/** A new address; then its secret, once. */
export function WebhookDialog({ organization, create, close }: Props) {
  const t = useTranslations()
  const failure = useFailure()
  const router = useRouter()
  const [name, setName] = useState('')
  const [url, setUrl] = useState('')
  const [kinds, setKinds] = useState<OrganizationKind[]>([])
  const [secret, setSecret] = useState<string | null>(null)
  const { busy, error, run } = useAct()
  const why = name.trim() && url.trim() ? undefined : t('notices.fillFirst')
  const send = async () => {
    const answer = await run(() => create({ organization, name: name.trim(), url: url.trim(), kinds }))
    if (!answer.ok) return
    setSecret(answer.data.secret)
    router.refresh()
  }
  if (secret)
    return (
      <Dialog open onClose={close} title={t('notices.newWebhook')} footer={<Button onClick={close}>{t('ui.close')}</Button>}>
        <Notice tone="amber" title={t('notices.secretOnce')} />
        <p className="row mt-2">
          <code className="mono cut">{secret}</code>
          <CopyButton text={secret} />
        </p>
        <p className="t2 mt-2">{t('notices.secretHow')}</p>
      </Dialog>
    )
  return (
    <Dialog
      open
      wide
      onClose={close}
      title={t('notices.newWebhook')}
      footer={
        <>
          <Button onClick={close}>{t('ui.cancel')}</Button>
          <Button tone="primary" busy={busy} why={why} onClick={() => void send()}>
            {t('notices.make')}
          </Button>
        </>
      }
    >
      {error ? <Notice tone="red" role="alert" title={failure(error)} /> : null}
      <Field id="hook-name" label={t('notices.name')} error={error?.fields?.name}>
        <Input id="hook-name" maxLength={80} value={name} onChange={(event) => setName(event.target.value)} />
      </Field>
      <Field id="hook-url" label={t('notices.address')} help={t('notices.addressHelp')} error={error?.fields?.url}>
        <Input
          id="hook-url"
          type="url"
          placeholder="https://"
          value={url}
          bad={error?.fields?.url !== undefined}
          onChange={(event) => setUrl(event.target.value)}
        />
      </Field>
      <Field id="hook-kinds" label={t('notices.kinds')} help={t('notices.kindsHelp')}>
        <div id="hook-kinds">
          {organizationKinds.map((kind) => (
            <label key={kind} className="row">
              <input
                type="checkbox"
                checked={kinds.includes(kind)}
                onChange={() => setKinds(kinds.includes(kind) ? kinds.filter((one) => one !== kind) : [...kinds, kind])}
              />
              <span>{t(`notices.kind.${kind}`)}</span>
            </label>
          ))}
        </div>
      </Field>
    </Dialog>
  )
}
