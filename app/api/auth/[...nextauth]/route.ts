import { type NextRequest, NextResponse } from 'next/server'
import NextAuth from 'next-auth'
import { authOptions } from '@/app/_server/auth-options'
import { readDevice, readSessionToken } from '@/app/_server/session-cookie'
import { paths } from '@/lib/paths'

type Context = { params: Promise<{ nextauth: string[] }> }

const handler = async (request: NextRequest, context: Context) => {
  const isCallback = (await context.params).nextauth[0] === 'callback'
  const error = isCallback ? request.nextUrl.searchParams.get('error') : null
  if (error) {
    const why = error === 'access_denied' ? 'denied' : 'callback_failed'
    return new NextResponse(null, { status: 303, headers: { location: paths.refusedAtTheDoor(why), 'cache-control': 'no-store' } })
  }
  // DingTalk's own name for it.
  const code = request.nextUrl.searchParams.get('authCode')
  if (code && !request.nextUrl.searchParams.has('code')) request.nextUrl.searchParams.set('code', code)
  return NextAuth(
    request as never,
    context as never,
    await authOptions({ isCallback, device: await readDevice(), oldToken: await readSessionToken() }),
  )
}

export { handler as GET, handler as POST }
