/** The name next-auth gives its cookie; over https it carries the browser's own guard. */
export const sessionCookieName = (proto: 'http' | 'https'): string => `${proto === 'https' ? '__Secure-' : ''}next-auth.session-token`

/** HttpOnly, so that no script reads it; Lax, so that a foreign page cannot send it with a change. */
export const sessionCookieOptions = (proto: 'http' | 'https') =>
  ({ httpOnly: true, sameSite: 'lax', secure: proto === 'https', path: '/' }) as const
