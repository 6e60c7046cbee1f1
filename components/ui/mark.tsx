/** 3 × 3 lines and one stone: the centre point. */
export const Mark = ({ size = 20 }: { size?: number }) => (
  <svg className="mark" width={size} height={size} viewBox="0 0 20 20" aria-hidden="true">
    <path d="M4 .5v19M10 .5v19M16 .5v19M.5 4h19M.5 10h19M.5 16h19" stroke="var(--ctl)" fill="none" />
    <circle cx="10" cy="10" r="5.5" fill="var(--ink)" stroke="var(--bg)" strokeWidth="1" />
  </svg>
)

const lines = Array.from({ length: 19 }, (_, i) => `M32 ${32 + i * 32}H608M${32 + i * 32} 32V608`).join('')
const points = [128, 320, 512]

/** The whole board, at the door only. */
export const BoardArt = () => (
  <svg viewBox="0 0 640 640" aria-hidden="true">
    <path d={lines} fill="none" stroke="currentColor" />
    {points.flatMap((x) =>
      points.map((y) => (x === 320 && y === 320 ? null : <circle key={`${x} ${y}`} cx={x} cy={y} r="3" fill="var(--ctl)" />)),
    )}
    <circle cx="320" cy="320" r="14.5" fill="var(--ink)" />
  </svg>
)
