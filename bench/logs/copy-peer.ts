import { once } from 'node:events'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'

const rowsOfChunk = 5_000

/** The fastest way rows get into PostgreSQL: one COPY of all of them into a table with the same columns, keys, indexes and partitions. */
export class CopyPeer {
  private constructor(private readonly client: pg.Client) {}

  static async open(superuserUrl: string): Promise<CopyPeer> {
    const client = new pg.Client({ connectionString: superuserUrl })
    await client.connect()
    await client.query('create table journal.copy_peer (like journal.log_line including all) partition by range (day)')
    await client.query(`create table journal.copy_peer_now partition of journal.copy_peer for values from (minvalue) to (maxvalue)`)
    return new CopyPeer(client)
  }

  /** The same rows as the senders', spread over as many records. Returns rows a second. */
  async run(rows: number, records: number, texts: readonly string[]): Promise<number> {
    await this.client.query('truncate journal.copy_peer')
    await this.client.query('checkpoint')
    const day = new Date().toISOString().slice(0, 10)
    const at = new Date().toISOString()
    const began = performance.now()
    await this.client.query('begin')
    const stream = this.client.query(
      copyFrom('copy journal.copy_peer (day, record_id, line, task_id, attempt, seq, at, stream, text) from stdin'),
    )
    for (let row = 0; row < rows; row += rowsOfChunk) {
      let text = ''
      for (let i = row; i < Math.min(rows, row + rowsOfChunk); i++) {
        const record = i % records
        const line = Math.floor(i / records)
        text += `${day}\tcopy-record-${record}-of-the-peer\t${line}\tcopy-task-${record}-of-the-peer\t1\t${1 + Math.floor(line / 100)}\t${at}\tstdout\t${texts[line % texts.length]}\n`
      }
      if (!stream.write(text)) await once(stream, 'drain')
    }
    stream.end()
    await once(stream, 'finish')
    await this.client.query('commit')
    return (rows / (performance.now() - began)) * 1000
  }

  async checkpoint(): Promise<void> {
    await this.client.query('checkpoint')
  }

  async close(): Promise<void> {
    await this.client.query('drop table journal.copy_peer')
    await this.client.end()
  }
}
