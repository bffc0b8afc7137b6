/** Tenants with tables that are not ordinary ones. */
import type { ClientBase } from 'pg'
import pg from 'pg'
import type { Feature, Peculiar } from './feature.ts'
import { besideOf, tableName } from './feature.ts'
import { OTHER, SHARED } from './surroundings.ts'

/** A table is partitioned; its rows lie in a partition elsewhere. */
export const partitioned = ofPlainTable(3, async (client, { table, whole, own, owner }) => {
  const part = `${own}.${pg.escapeIdentifier(table)}`
  const key = pg.escapeIdentifier(`${table}_pkey`)
  await client.query(`
    alter table ${whole} set schema ${own};
    create table ${whole} (like ${part} including defaults including constraints) partition by hash (id);
    alter table ${whole} add constraint ${key} primary key (id);
    alter table ${whole} owner to ${owner};
    grant usage, create on schema ${own} to ${owner};
    alter table ${whole} attach partition ${part} for values with (modulus 1, remainder 0)`)
  await grantLike(client, part, whole)
})

/** Another table elsewhere inherits from one, so that its rows are rows of both. */
export const inherited = ofPlainTable(3, async (client, { whole, own, owner }) => {
  const heir = `${own}.heir`
  await client.query(`
    create table ${heir} () inherits (${whole});
    grant usage, create on schema ${own} to ${owner};
    alter table ${heir} owner to ${owner}`)
})

/** A table belongs to a role for which ours may not act, unless it is a superuser. */
export const foreignOwner: Feature = {
  share: 2,
  prepare: (client, tenant) => give(client, tenant, OTHER),
}

/** A table belongs to a role of which ours is a member. */
export const sharedOwner: Feature = {
  share: 3,
  prepare: (client, tenant) => give(client, tenant, SHARED),
}

interface PlainTable {
  readonly table: string
  /** Its quoted name. */
  readonly whole: string
  /** The application's namespace beside the tenant's. */
  readonly own: string
  readonly owner: string
}

/** Made of the first plain table of a tenant, if there is one. */
function ofPlainTable(share: number, make: (client: ClientBase, table: PlainTable) => Promise<void>): Feature {
  return {
    share,
    prepare: async (client, tenant) => {
      const table = await plainTable(client, tenant)
      if (table === undefined) return
      const whole = tableName(tenant.namespace, table)
      const own = await besideOf(client, tenant.namespace)
      await make(client, { table, whole, own, owner: await ownerOf(client, whole) })
    },
  }
}

async function give(client: ClientBase, { namespace, tables: [table] }: Peculiar, role: string): Promise<void> {
  if (table === undefined) return
  await client.query(`grant usage, create on schema ${pg.escapeIdentifier(namespace)} to ${role}`)
  await client.query(`alter table ${tableName(namespace, table)} owner to ${role}`)
}

/** One with no index but its primary key, to which and from which no foreign key points, and that has no heirs. */
async function plainTable(client: ClientBase, { namespace, tables }: Peculiar): Promise<string | undefined> {
  for (const table of tables) {
    const { rowCount } = await client.query(
      `select from pg_index where indrelid = $1::regclass and not indisprimary
       union all select from pg_constraint where contype = 'f' and $1::regclass in (conrelid, confrelid)
       union all select from pg_inherits where $1::regclass in (inhrelid, inhparent)`,
      [tableName(namespace, table)],
    )
    if (rowCount === 0) return table
  }
  return undefined
}

async function ownerOf(client: ClientBase, name: string): Promise<string> {
  const { rows } = await client.query<{ owner: string }>(
    'select relowner::regrole::text as owner from pg_class where oid = $1::regclass',
    [name],
  )
  return rows[0]?.owner ?? ''
}

async function grantLike(client: ClientBase, from: string, to: string): Promise<void> {
  const { rows } = await client.query<{ sql: string }>(
    `select distinct format('grant %s on %s to %s', privilege_type, $2::text, grantee::regrole) as sql
       from pg_class, aclexplode(relacl) where oid = $1::regclass and grantee <> 0`,
    [from, to],
  )
  for (const { sql } of rows) await client.query(sql)
}
