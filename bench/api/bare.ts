import Fastify from 'fastify'
import pg from 'pg'

/** The least a server can do: Fastify, one row by its key, JSON. No sign-in, no rights, no schema. */
const [url = '', port = '0', size = '10'] = process.argv.slice(2)
const pool = new pg.Pool({ connectionString: url, max: Number(size) })
const app = Fastify()
app.get<{ Params: { id: string } }>('/service/:id', async ({ params }) => {
  const { rows } = await pool.query({ name: 'service', text: 'select * from "Service" where id = $1', values: [params.id] })
  return rows[0]
})
await app.listen({ host: '127.0.0.1', port: Number(port) })
