'use client'

import { useTranslations } from 'use-intl'
import { Table } from '@/components/ui/table'
import type { ConfigurationView } from '@/lib/services/views'
import { fieldsOf, type SchemaField } from './schema-fields'
import { valueAt } from './value-path'

/** What runs with which value, and where the value comes from. Secrets say only that they are set. */
export function ConfigurationTable({ configuration }: { configuration: ConfigurationView }) {
  const t = useTranslations()
  const rows = fieldsOf(configuration.schema)
  const sourceOf = (path: string[]) =>
    valueAt(configuration.overlay, path) !== undefined ? 'overlay' : valueAt(configuration.values, path) !== undefined ? 'set' : 'default'
  const textOf = ({ path, secret, default: fallback }: SchemaField) => {
    const value =
      valueAt(configuration.overlay, path) ?? valueAt(configuration.values, path) ?? valueAt(configuration.defaults, path) ?? fallback
    if (value === undefined || value === null) return '–'
    if (secret) {
      const version = (value as { version?: unknown }).version
      return typeof version === 'number' ? t('services.secretVersion', { version }) : '••••••'
    }
    return typeof value === 'string' ? value : JSON.stringify(value)
  }
  return (
    <Table
      inset
      label={t('services.configuration')}
      rows={rows}
      keyOf={(field) => field.key}
      columns={[
        {
          key: 'name',
          head: t('services.field'),
          cell: (field) => (
            <>
              <span className="b">{field.title}</span> <span className="mono t3">{field.key}</span>
            </>
          ),
        },
        {
          key: 'value',
          head: t('services.value'),
          cell: (field) => <span className="mono brk">{`${textOf(field)}${field.unit ? ` ${field.unit}` : ''}`}</span>,
        },
        {
          key: 'source',
          head: t('services.source'),
          wide: true,
          cell: (field) => <span className="t3">{t(`services.from.${sourceOf(field.path)}`)}</span>,
        },
        {
          key: 'apply',
          head: t('services.onChange'),
          wide: true,
          cell: (field) => <span className="t3">{t(`config.apply.${field.apply}`)}</span>,
        },
      ]}
    />
  )
}
