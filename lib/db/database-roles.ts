import pg from 'pg'

export const ownerRole = 'tengen_owner'
export const applicationRole = 'tengen_app'

export interface RolePasswords {
  readonly owner: string
  readonly application: string
}

/** Makes the two roles and a database that the owner owns. Nobody else may connect to it. */
export async function ensureDatabase(superuserUrl: string, name: string, passwords: RolePasswords): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl })
  await client.connect()
  try {
    await ensureRole(client, ownerRole, passwords.owner)
    await ensureRole(client, applicationRole, passwords.application)
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name])
    const database = pg.escapeIdentifier(name)
    if (!rowCount) await client.query(`create database ${database} owner ${ownerRole}`)
    await client.query(`revoke all on database ${database} from public`)
    await client.query(`grant connect on database ${database} to ${applicationRole}`)
  } finally {
    await client.end()
  }
}

async function ensureRole(client: pg.Client, role: string, password: string): Promise<void> {
  const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [role])
  const verb = rowCount ? 'alter' : 'create'
  await client.query(`${verb} role ${role} with login nosuperuser nocreatedb nocreaterole password ${pg.escapeLiteral(password)}`)
}
