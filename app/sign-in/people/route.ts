import { cookies } from 'next/headers'
import { demoCookie } from '@/app/_server/session-cookie'

/** Back to the page of demo people, for the browser that used the link. */
export async function GET(request: Request): Promise<Response> {
  const again = new URL(request.url).searchParams.has('again') ? '?again=1' : ''
  const key = (await cookies()).get(demoCookie)?.value
  const location = key ? `/sign-in/demo/${encodeURIComponent(key)}${again}` : '/sign-in?reason=link_over'
  return new Response(null, { status: 303, headers: { location, 'cache-control': 'no-store' } })
}
