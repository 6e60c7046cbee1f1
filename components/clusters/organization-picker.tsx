'use client'

import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { useTranslations } from 'use-intl'
import { fetchJson } from '@/components/frame/fetch-json'
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
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState<OrganizationRow | null>(null)
  const query = useDeferredValue(text.trim())
  const { data } = useQuery({
    queryKey: ['organizations', query],
    queryFn: ({ signal }) => fetchJson(`${api.platformOrganizations}?q=${encodeURIComponent(query)}`, OrganizationRowsSchema, signal),
    placeholderData: (before) => before,
  })
  const found = (data?.items ?? []).filter((one) => one.archivedAt === null)
  // What is chosen stays it while one types on.
  const shown = chosen && chosen.id === value && !found.some((one) => one.id === value) ? [chosen, ...found] : found
  const choose = (organizationId: string) => {
    setChosen(shown.find((one) => one.id === organizationId) ?? null)
    onChange(organizationId)
  }
  return (
    <SearchSelect
      id={id}
      value={value}
      onChange={choose}
      onSearch={setText}
      placeholder={t('clusters.grantChoose')}
      options={shown.map((one) => ({ value: one.id, label: one.name, note: one.slug }))}
    />
  )
}
