/** Colours of state, and of nothing else. */
export type Tone = 'none' | 'blue' | 'green' | 'amber' | 'red'
