'use client'

import { useTranslations } from 'use-intl'
import { useRefusal } from '@/components/frame/use-refusal'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Segmented } from '@/components/ui/segmented'
import { Select } from '@/components/ui/select'
import { tlsKinds } from '@/lib/protocol/route'
import type { RouteChoices } from '@/lib/routes/views'
import type { Gate } from '@/lib/views'
import { PemField } from './pem-field'
import type { DraftEditor, faultsOf } from './use-route-draft'

interface Props {
  editor: DraftEditor
  choices: RouteChoices
  faults: ReturnType<typeof faultsOf>
  /** May a certificate be uploaded here? */
  upload: Gate
  /** One is served already, and stays unless another one is given. */
  hasCertificate: boolean
}

/** Where its paths lead, and how it is served: of a new route and of a change alike. */
export function RouteFields(props: Props) {
  return (
    <>
      <RuleFields {...props} />
      <ClassField {...props} />
      <TlsFields {...props} />
    </>
  )
}

function RuleFields({ editor, choices, faults }: Props) {
  const t = useTranslations()
  const { rules } = editor.draft
  const fault = Object.entries(faults).find(([field]) => field.startsWith('rules.'))?.[1]
  return (
    <Field id="rule-0-path" label={t('routes.paths')} help={t('routes.pathsHelp')} error={fault ? t(`faults.${fault}`) : undefined}>
      <div className="stack">
        {rules.map((rule, at) => (
          <div className="rule" key={at}>
            <Input
              id={`rule-${at}-path`}
              aria-label={t('routes.path')}
              boxClass="mono"
              bad={`rules.${at}.path` in faults}
              value={rule.path}
              onChange={(event) => editor.changeRule(at, { path: event.target.value })}
            />
            <Select
              id={`rule-${at}-match`}
              label={t('routes.match')}
              value={rule.match}
              onChange={(match) => editor.changeRule(at, { match: match as 'prefix' | 'exact' })}
              options={(['prefix', 'exact'] as const).map((value) => ({ value, label: t(`routes.matches.${value}`) }))}
            />
            <BackendSelects at={at} editor={editor} choices={choices} isBad={`rules.${at}.service` in faults} />
            {rules.length > 1 ? (
              <Button tone="ghost" icon="trash" label={t('routes.dropPath', { path: rule.path })} onClick={() => editor.dropRule(at)} />
            ) : null}
          </div>
        ))}
        <div>
          <Button size="sm" icon="plus" onClick={() => editor.addRule(choices)}>
            {t('routes.addPath')}
          </Button>
        </div>
      </div>
    </Field>
  )
}

/** Services in clusters and behind ways in; the others are named with the reason. */
function BackendSelects({ at, editor, choices, isBad }: Pick<Props, 'editor' | 'choices'> & { at: number; isBad: boolean }) {
  const t = useTranslations()
  const rule = editor.draft.rules[at]
  const backend = choices.backends.find((one) => one.service === rule?.service)
  const whyNot = (one: (typeof choices.backends)[number]) =>
    one.clusters.length + one.entries.length === 0 ? t('routes.onMachines') : one.ports.length === 0 ? t('routes.noPorts') : undefined
  return (
    <>
      <Select
        id={`rule-${at}-service`}
        label={t('routes.service')}
        placeholder={t('routes.chooseService')}
        bad={isBad}
        value={rule?.service || null}
        onChange={(service) =>
          editor.changeRule(at, { service, port: choices.backends.find((one) => one.service === service)?.ports[0] ?? '' })
        }
        options={choices.backends.map((one) => ({ value: one.service, label: one.service, why: whyNot(one) }))}
      />
      <Select
        id={`rule-${at}-port`}
        label={t('routes.port')}
        placeholder={t('routes.port')}
        value={rule?.port || null}
        onChange={(port) => editor.changeRule(at, { port })}
        options={(backend?.ports ?? []).map((port) => ({ value: port, label: port }))}
      />
    </>
  )
}

const byDefault = '-'

/** Only where there is something to choose. */
function ClassField({ editor, choices }: Props) {
  const t = useTranslations()
  const { ingressClass } = editor.draft
  if (choices.classes.length < 2 && !ingressClass) return null
  return (
    <Field id="ingress-class" label={t('routes.class')} help={t('routes.classHelp')}>
      <Select
        id="ingress-class"
        value={ingressClass ?? byDefault}
        onChange={(value) => editor.change({ ingressClass: value === byDefault ? null : value })}
        options={[
          { value: byDefault, label: t('routes.classDefault') },
          ...[...new Set([...choices.classes, ...(ingressClass ? [ingressClass] : [])])].map((value) => ({ value, label: value })),
        ]}
      />
    </Field>
  )
}

export function TlsFields({ editor, choices, faults, upload, hasCertificate }: Props) {
  const t = useTranslations()
  const refusal = useRefusal()
  const { draft, change } = editor
  const may = tlsKinds.filter((kind) => kind !== 'issuer' || choices.issuing.length > 0 || draft.tls === 'issuer')
  const why = refusal(upload)
  const wordOf = (field: string) => {
    const fault = faults[field]
    return fault ? t(`faults.${fault}`) : undefined
  }
  return (
    <>
      <Field id="tls" label="HTTPS" help={t(`routes.tlsHelp.${draft.tls}`)}>
        <Segmented
          label="HTTPS"
          value={draft.tls}
          onChange={(tls) => change({ tls })}
          options={may.map((value) => ({ value, label: t(`routes.tls.${value}`) }))}
        />
      </Field>
      {draft.tls === 'certificate' && why ? <p className="t3 mb-3">{why}</p> : null}
      {draft.tls === 'certificate' && !why ? (
        <>
          <PemField
            id="chain"
            label={t('routes.certificate')}
            help={hasCertificate ? t('routes.keepsCertificate') : t('routes.chainHelp')}
            error={wordOf('chain')}
            value={draft.chain}
            onChange={(chain) => change({ chain })}
          />
          <PemField
            id="key"
            label={t('routes.key')}
            help={t('routes.keyHelp')}
            error={wordOf('key')}
            value={draft.key}
            onChange={(key) => change({ key })}
          />
        </>
      ) : null}
      {draft.tls === 'issuer' ? (
        <Field id="issuer" label={t('routes.issuer')} help={t('routes.issuerHelp')} error={wordOf('issuer')}>
          <div className="row wrap">
            <Select
              id="issuer-kind"
              label={t('routes.issuerKind')}
              value={draft.issuerKind}
              onChange={(kind) => change({ issuerKind: kind as 'ClusterIssuer' | 'Issuer' })}
              options={[
                { value: 'ClusterIssuer', label: 'ClusterIssuer' },
                { value: 'Issuer', label: 'Issuer' },
              ]}
            />
            <Input id="issuer" boxClass="mono" value={draft.issuer} onChange={(event) => change({ issuer: event.target.value })} />
          </div>
        </Field>
      ) : null}
    </>
  )
}
