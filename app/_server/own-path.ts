/** A page of ours to come back to: no other host by a second slash, and not the door itself. */
export const isOwnPath = (path: string): boolean =>
  /^\/(?![/\\])[\x21-\x7e]*$/.test(path) && !path.startsWith('/sign-in') && path.length < 500
