import { noticeTable } from './notice-table'
import { type NoticeKind, type NoticeWay, NoticeWaysSchema } from './views'

/** How a kind goes to somebody: as they want it, else as the table says. */
export function wayOf(kind: NoticeKind, ways: unknown): NoticeWay {
  const own = NoticeWaysSchema.safeParse(ways ?? {})
  return (own.success ? own.data[kind] : undefined) ?? { portal: true, mail: noticeTable[kind].mail }
}
