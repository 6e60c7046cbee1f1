/** So many rows are looked at together; a look goes through all pages, so that nobody waits behind those with whom nothing can be done. */
const pageSize = 100

/** Pages of rows by their ids, each asked for once the one before it is worked off. */
export async function* pagesOf<Row extends { readonly id: string }>(
  page: (after: string, take: number) => Promise<readonly Row[]>,
): AsyncGenerator<readonly Row[]> {
  for (let after = ''; ; ) {
    const rows = await page(after, pageSize)
    if (rows.length > 0) yield rows
    if (rows.length < pageSize) return
    after = rows.at(-1)?.id ?? after
  }
}
