import type { Column } from '@/components/ui/table'

interface OfApplication {
  readonly organization: { readonly name: string }
  readonly application: { readonly name: string }
}

/** Whose it is, in tables of what is in a cluster. */
export const applicationColumn = <T extends OfApplication>(head: string): Column<T> => ({
  key: 'of',
  head,
  wide: true,
  cell: ({ organization, application }) => (
    <span className="t2">
      {organization.name}, {application.name}
    </span>
  ),
})
