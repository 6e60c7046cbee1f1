'use client'

import { FailedPage } from '@/components/frame/nothing-here'

export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return <FailedPage requestId={error.digest} retry={reset} />
}
