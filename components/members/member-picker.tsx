'use client'

import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { useTranslations } from 'use-intl'
import { fetchJson } from '@/components/frame/fetch-json'
import { SearchSelect } from '@/components/ui/search-select'
import { MembersViewSchema, type MemberView } from '@/lib/members/views'
import { api } from '@/lib/paths'

interface Props {
  id: string
  organization: string
  value: string | null
  onChange: (userId: string) => void
  isMeant: (one: MemberView) => boolean
}

/** One of the members, found by name or e-mail where they are kept: there may be thousands. */
export function MemberPicker({ id, organization, value, onChange, isMeant }: Props) {
  const t = useTranslations()
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState<MemberView | null>(null)
  const query = useDeferredValue(text.trim())
  const { data } = useQuery({
    queryKey: ['members', organization, query],
    queryFn: ({ signal }) => fetchJson(`${api.members(organization)}?q=${encodeURIComponent(query)}`, MembersViewSchema, signal),
    placeholderData: (before) => before,
  })
  const found = (data?.items ?? []).filter(isMeant)
  // Whoever is chosen stays it while one types on.
  const shown = chosen && chosen.userId === value && !found.some((one) => one.userId === value) ? [chosen, ...found] : found
  const choose = (userId: string) => {
    setChosen(shown.find((one) => one.userId === userId) ?? null)
    onChange(userId)
  }
  return (
    <SearchSelect
      id={id}
      value={value}
      onChange={choose}
      onSearch={setText}
      placeholder={t('members.chooseFirst')}
      options={shown.map((one) => ({ value: one.userId, label: one.name, note: one.email }))}
    />
  )
}
