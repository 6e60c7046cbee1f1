import { redirect } from 'next/navigation'
import { SetupPage } from '@/components/accounts/setup-page'
import { isSetupLink } from '@/lib/accounts/setup-link'
import { paths } from '@/lib/paths'
import { becomeOperator } from './actions'

export const metadata = { title: 'Set up', referrer: 'no-referrer' as const }

export default async function Page({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params
  if (!(await isSetupLink(token))) redirect(paths.refusedAtTheDoor('setup_over'))
  return <SetupPage token={token} become={becomeOperator} />
}
