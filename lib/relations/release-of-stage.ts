/** What of a stage says which release it stands for. */
export const standing = {
  releaseId: true,
  placements: { where: { releaseId: { not: null } }, orderBy: { order: 'asc' }, select: { releaseId: true }, take: 1 },
  releases: { orderBy: { number: 'desc' }, select: { id: true }, take: 1 },
} as const

interface Standing {
  readonly releaseId: string | null
  readonly placements: readonly { releaseId: string | null }[]
  readonly releases: readonly { id: string }[]
}

/** The release in force. What was asked for and rejected, or rolled back, is not; only before anything is installed the newest counts. */
export const releaseOfStage = ({ releaseId, placements, releases }: Standing): string | undefined =>
  releaseId ?? placements[0]?.releaseId ?? releases[0]?.id
