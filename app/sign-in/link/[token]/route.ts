import { setDemoCookie } from '@/app/_server/session-cookie'
import { redeemDemoLink } from '@/lib/accounts/use-demo-link'
import { AppError } from '@/lib/errors'

const lead = (to: string) => new Response(null, { status: 303, headers: { location: to, 'cache-control': 'no-store' } })

/** The one-time link that was printed at start: used up here, it leads to the page of demo people. */
export async function GET(_request: Request, { params }: { params: Promise<{ token: string }> }): Promise<Response> {
  const { token } = await params
  try {
    const { key } = await redeemDemoLink(token)
    await setDemoCookie(key)
    return lead(`/sign-in/demo/${key}`)
  } catch (error) {
    if (error instanceof AppError) return lead('/sign-in?reason=link_used')
    throw error
  }
}
