'use client'

import { useTranslations } from 'use-intl'
import { fetchJson } from '@/components/frame/fetch-json'
import { useLookup } from '@/components/frame/use-lookup'
import { SearchSelect } from '@/components/ui/search-select'
import { type OrganizationRow, OrganizationRowsSchema } from '@/lib/organizations/views'
import { api } from '@/lib/paths'

interface Props {
  id: string
  value: string | null
  onChange: (organizationId: string) => void
}

/** One of all organisations, found by name where they are kept: there may be thousands. */
export function OrganizationPicker({ id, value, onChange }: Props) {
  const t = useTranslations()
  const { shown, search, keep } = useLookup<OrganizationRow>({
    name: ['organizations'],
    find: async (text, signal) => {
      const { items } = await fetchJson(`${api.platformOrganizations}?q=${encodeURIComponent(text)}`, OrganizationRowsSchema, signal)
      return items.filter((one) => one.archivedAt === null)
    },
    idOf: (one) => one.id,
    value,
  })
  const choose = (organizationId: string) => {
    keep(organizationId)
    onChange(organizationId)
  }
  return (
    <SearchSelect
      id={id}
      value={value}
      onChange={choose}
      onSearch={search}
      placeholder={t('clusters.grantChoose')}
      options={shown.map((one) => ({ value: one.id, label: one.name, note: one.slug }))}
    />
  )
}
