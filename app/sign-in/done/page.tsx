import { SignedInAgain } from '@/components/accounts/signed-in-again'

export const metadata = { title: 'Signed in' }

export default function Page() {
  return <SignedInAgain />
}
