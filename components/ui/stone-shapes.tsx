/** Status as stones on a board: one shape, one meaning (the table is status.ts). 16 units square. `-small` are drawn for 10 px points. */
export const stoneShapes = {
  ask: (
    <>
      <circle cx="8" cy="8" r="5.75" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <circle cx="8" cy="8" r="3" fill="currentColor" />
    </>
  ),
  bad: (
    <path
      fill="currentColor"
      fillRule="evenodd"
      d="M5.5 1.5h5l4 4v5l-4 4h-5l-4-4v-5l4-4Zm.56 3.5L5 6.06 6.94 8 5 9.94 6.06 11 8 9.06 9.94 11 11 9.94 9.06 8 11 6.06 9.94 5 8 6.94 6.06 5Z"
    />
  ),
  'bad-small': (
    <>
      <path fill="currentColor" d="M4.9.5h6.2l4.4 4.4v6.2l-4.4 4.4H4.9L.5 11.1V4.9z" />
      <path d="m5.2 5.2 5.6 5.6m0-5.6-5.6 5.6" stroke="var(--surface)" strokeWidth="2.4" />
    </>
  ),
  bars: (
    <>
      <circle cx="8" cy="8" r="5.75" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M6.4 5.6v4.8M9.6 5.6v4.8" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" />
    </>
  ),
  clock: (
    <>
      <circle cx="8" cy="8" r="5.75" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M8 5v3.2l2 1.3" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round" />
    </>
  ),
  dash: (
    <>
      <circle cx="8" cy="8" r="5.75" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M5.4 8h5.2" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" />
    </>
  ),
  dot: <circle cx="8" cy="8" r="6.5" fill="currentColor" />,
  half: (
    <>
      <circle cx="8" cy="8" r="5.75" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M8 3.6a4.4 4.4 0 0 1 0 8.8Z" fill="currentColor" />
    </>
  ),
  held: (
    <>
      <circle cx="8" cy="8" r="5.75" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M5.2 8h5.6" stroke="currentColor" strokeWidth="2.4" strokeLinecap="round" />
    </>
  ),
  ok: (
    <path
      fill="currentColor"
      fillRule="evenodd"
      d="M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Zm3.3 4.95a.75.75 0 0 0-1.1-1.02L7.1 8.82 5.75 7.5a.75.75 0 0 0-1.05 1.07l1.9 1.87a.75.75 0 0 0 1.08-.03l3.62-3.96Z"
    />
  ),
  over: (
    <>
      <circle cx="8" cy="8" r="5.75" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path
        d="m5.2 5.8 2.2 2.2-2.2 2.2M8.4 5.8 10.6 8l-2.2 2.2"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.3"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </>
  ),
  ring: <circle cx="8" cy="8" r="5.25" fill="none" stroke="currentColor" strokeWidth="1.5" />,
  'ring-small': <circle cx="8" cy="8" r="5.8" fill="none" stroke="currentColor" strokeWidth="2" />,
  slash: (
    <>
      <circle cx="8" cy="8" r="5.75" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="m4.1 11.9 7.8-7.8" stroke="currentColor" strokeWidth="1.5" />
    </>
  ),
  square: (
    <>
      <circle cx="8" cy="8" r="5.75" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <rect x="5.75" y="5.75" width="4.5" height="4.5" rx=".5" fill="currentColor" />
    </>
  ),
  stale: <circle cx="8" cy="8" r="5.75" fill="none" stroke="currentColor" strokeWidth="1.5" strokeDasharray="2.2 2.3" />,
  turning: (
    <>
      <circle cx="8" cy="8" r="5.75" fill="none" stroke="currentColor" strokeOpacity=".28" strokeWidth="1.75" />
      <path
        className="arc"
        d="M8 2.25A5.75 5.75 0 0 1 13.75 8"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.75"
        strokeLinecap="round"
      />
      <circle cx="8" cy="8" r="2.25" fill="currentColor" />
    </>
  ),
  'turning-small': (
    <>
      <circle cx="8" cy="8" r="5.8" fill="none" stroke="currentColor" strokeWidth="2.2" />
      <circle cx="8" cy="8" r="2.6" fill="currentColor" />
    </>
  ),
  unknown: (
    <>
      <circle cx="8" cy="8" r="5.75" fill="none" stroke="currentColor" strokeWidth="1.5" strokeDasharray="2.2 2.3" />
      <path
        d="M6.6 6.7a1.45 1.45 0 1 1 2 1.35c-.4.17-.6.43-.6.85"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.3"
        strokeLinecap="round"
      />
      <circle cx="8" cy="10.6" r=".8" fill="currentColor" />
    </>
  ),
  'unknown-small': <circle cx="8" cy="8" r="5.8" fill="none" stroke="currentColor" strokeWidth="2.4" strokeDasharray="3.4 2.67" />,
  warn: (
    <path
      fill="currentColor"
      fillRule="evenodd"
      d="M6.9 2.1a1.27 1.27 0 0 1 2.2 0l5.5 9.6A1.27 1.27 0 0 1 13.5 13.6h-11a1.27 1.27 0 0 1-1.1-1.9l5.5-9.6ZM7.25 5.5v4h1.5v-4h-1.5Zm0 5.2v1.5h1.5v-1.5h-1.5Z"
    />
  ),
}

export type StoneShape = keyof typeof stoneShapes
