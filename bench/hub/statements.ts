import { writeFileSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'

interface Row {
  readonly calls: number
  readonly ms: number
  readonly rows: number
  readonly query: string
}

const tablesQuery = `select relname, n_tup_ins, n_tup_upd, n_tup_hot_upd, n_tup_del from pg_stat_user_tables
  where n_tup_ins + n_tup_upd + n_tup_del > 0 order by n_tup_ins + n_tup_upd + n_tup_del desc`

/** What the database was asked, and how often: with `--profile`, or where that is what is measured; counting costs a little. */
export class Statements {
  private tables = new Map<string, number[]>()

  private constructor(
    private readonly client: pg.Client,
    private readonly folder: string | undefined,
  ) {}

  static readonly settings = { shared_preload_libraries: 'pg_stat_statements' } as const

  static async open(superuserUrl: string, folder: string | undefined): Promise<Statements> {
    const client = new pg.Client({ connectionString: superuserUrl })
    await client.connect()
    await client.query('create extension if not exists pg_stat_statements')
    return new Statements(client, folder)
  }

  async reset(): Promise<void> {
    await this.client.query('select pg_stat_statements_reset()')
    this.tables = await this.readTables()
  }

  async total(): Promise<{ calls: number; ms: number }> {
    const { rows } = await this.client.query<{ calls: number; ms: number }>(
      `select sum(calls)::int as calls, sum(total_exec_time) as ms from pg_stat_statements where query not like '%pg_stat_statements%'`,
    )
    return rows[0] ?? { calls: 0, ms: 0 }
  }

  async write(name: string): Promise<void> {
    if (this.folder === undefined) return
    const { rows } = await this.client.query<Row>(
      `select calls::int, round(total_exec_time)::int as ms, rows::int, regexp_replace(query, '\\s+', ' ', 'g') as query
       from pg_stat_statements where query not like '%pg_stat_statements%' order by total_exec_time desc`,
    )
    const sum = (pick: (row: Row) => number) => rows.reduce((total, row) => total + pick(row), 0)
    const lines = rows.slice(0, 120).map(({ calls, ms, rows: found, query }) => `${calls}\t${ms}\t${found}\t${query.slice(0, 300)}`)
    const head = `${sum((row) => row.calls)} statements, ${sum((row) => row.ms)} ms\ncalls\tms\trows\tstatement`
    const tables = [...(await this.readTables())].map(([table, counts]) => {
      const before = this.tables.get(table)
      return [table, ...counts.map((count, i) => count - (before?.[i] ?? 0))].join('\t')
    })
    const text = [head, ...lines, '', 'table\tinserted\tupdated\tof these in place\tdeleted', ...tables].join('\n')
    writeFileSync(path.join(this.folder, `${name}.tsv`), `${text}\n`)
  }

  /** Rows written so far, by table. */
  private async readTables(): Promise<Map<string, number[]>> {
    const { rows } = await this.client.query<Record<string, string>>(tablesQuery)
    return new Map(rows.map(({ relname = '', ...counts }) => [relname, Object.values(counts).map(Number)]))
  }

  async close(): Promise<void> {
    await this.client.end()
  }
}
