/** The first 16 bits of a hash as 4 × 4 points beside its first 8 digits: a changed plan is seen before it is read. */
export function HashMark({ hash, voided }: { hash: string; voided?: boolean }) {
  const hex = hash.replace(/^sha256:/, '')
  const bits = Number.parseInt(hex.slice(0, 4), 16) || 0
  return (
    <span className={voided ? 'hash void' : 'hash'} title={`sha256:${hex}`}>
      <svg viewBox="0 0 15 15" fill="currentColor" aria-hidden="true">
        {Array.from({ length: 16 }, (_, i) => {
          const on = (bits >> (15 - i)) & 1
          return (
            <circle
              key={i}
              cx={1.9 + (i % 4) * 3.75}
              cy={1.9 + Math.floor(i / 4) * 3.75}
              r={on ? 1.75 : 0.6}
              opacity={on ? undefined : 0.45}
            />
          )
        })}
      </svg>
      {hex.slice(0, 8)}
    </span>
  )
}
