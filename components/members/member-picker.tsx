'use client'

import { useTranslations } from 'use-intl'
import { fetchJson } from '@/components/frame/fetch-json'
import { useLookup } from '@/components/frame/use-lookup'
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
  const { shown, search, keep } = useLookup<MemberView>({
    name: ['members', organization],
    find: async (text, signal) =>
      (await fetchJson(`${api.members(organization)}?q=${encodeURIComponent(text)}`, MembersViewSchema, signal)).items,
    idOf: (one) => one.userId,
    value,
  })
  const choose = (userId: string) => {
    keep(userId)
    onChange(userId)
  }
  return (
    <SearchSelect
      id={id}
      value={value}
      onChange={choose}
      onSearch={search}
      placeholder={t('members.chooseFirst')}
      options={shown.filter(isMeant).map((one) => ({ value: one.userId, label: one.name, note: one.email }))}
    />
  )
}
