/** Times leave as ISO strings; null stays null. */
export const iso = (time: Date): string => time.toISOString()
export const isoOrNull = (time: Date | null | undefined): string | null => time?.toISOString() ?? null
