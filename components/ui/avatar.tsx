/** Initials of a name; two letters, or the first sign of a name without spaces. */
const initials = (name: string) => {
  const words = name.trim().split(/\s+/)
  return (words.length > 1 ? `${words[0]?.[0] ?? ''}${words.at(-1)?.[0] ?? ''}` : name.slice(0, 2)).toUpperCase()
}

export const Avatar = ({ name }: { name: string }) => (
  <span className="avatar" aria-hidden="true">
    {initials(name)}
  </span>
)
