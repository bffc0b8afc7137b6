/**
 * Rows of a base in a tenant that is being made, within the caller's transaction: read in batches, as Postgres writes and reads
 * them, so that types of the one namespace become those of the other. No value of them is in any error.
 */
import pg, { type ClientBase, type CustomTypesConfig } from 'pg'
import { LockUnavailable, RequestRefused } from '../../../errors.ts'
import { sqlstateOf, toSagaError } from '../../errors/translate.ts'
import { pathOf, sharedNamespaces } from '../../record/buildBaseline.ts'
import { advanceSequences, quieted, type SeedTable, seedTables } from './seedTables.ts'

/** A namespace, on a session within a transaction. */
export interface Side {
  readonly client: ClientBase
  readonly namespace: string
}

/** What to copy. */
export interface SeedCopy {
  readonly tenant: Side
  readonly tables: readonly string[]
  /** How errors name the tenant, and its base. */
  readonly where: string
  readonly base: string
  /** At which the base has to be: rows of another revision are not this one's. */
  readonly revision: number
  /** Does work on the base, on the tenant's own session where both are in one database. */
  readonly onBase: (work: (base: Side) => Promise<void>) => Promise<void>
}

const MOST_PARAMETERS = 10_000
const MOST_ROWS = 500
const FOREIGN_KEY_VIOLATION = '23503'

/** What a text hand-written has put into the tables goes. Errors: `NOT_APPLICABLE`, `LOCK_UNAVAILABLE`, and those of Postgres. */
export async function copySeeds(copy: SeedCopy): Promise<void> {
  const { tenant, where } = copy
  const tables = await seedTables(tenant.client, { namespace: tenant.namespace, tables: copy.tables, where })
  const wake = await quieted(tenant.client, tenant.namespace, tables)
  await copy.onBase(async (base) => {
    await requireAt(base, copy)
    for (const table of tables) await copyTable(table, base, copy)
  })
  await told(copy, wake)
  await advanceSequences(tenant.client, tenant.namespace, tables)
}

async function requireAt({ client, namespace }: Side, { base, revision }: SeedCopy): Promise<void> {
  const { rows } = await client.query<{ revision: number }>(
    'SELECT revision FROM schema_saga_target.target WHERE namespace = $1',
    [namespace],
  )
  if (rows[0]?.revision === revision) return
  const text = `${base} is not at revision ${revision} now, so that no tenant can begin with its rows.`
  throw new LockUnavailable('LOCK_UNAVAILABLE', text)
}

/** Values as Postgres writes them. */
const AS_TEXT = { getTypeParser: () => (value: string) => value } as unknown as CustomTypesConfig

async function copyTable({ name, isPartitioned, columns }: SeedTable, base: Side, copy: SeedCopy): Promise<void> {
  const { tenant } = copy
  const quoted = columns.map((column) => pg.escapeIdentifier(column)).join(', ')
  const [from, into] = [base, tenant].map(({ namespace }) => `${quote(namespace)}.${quote(name)}`)
  const fromPath = await pathIn(base)
  const intoPath = await pathIn(tenant)
  const most = Math.max(1, Math.min(MOST_ROWS, Math.floor(MOST_PARAMETERS / columns.length)))
  await tenant.client.query(`DELETE FROM ${into}`)
  await base.client.query(
    `DECLARE schema_saga_seed NO SCROLL CURSOR FOR SELECT ${quoted} FROM ${isPartitioned ? '' : 'ONLY '}${from}`,
  )
  for (;;) {
    await base.client.query(`SET LOCAL search_path = ${fromPath}`)
    const fetch = { text: `FETCH ${most} FROM schema_saga_seed`, rowMode: 'array' as const, types: AS_TEXT }
    const { rows } = await base.client.query<(string | null)[]>(fetch)
    if (rows.length === 0) break
    await tenant.client.query(`SET LOCAL search_path = ${intoPath}`)
    const lines = rows.map((row, at) => `(${row.map((_, of) => `$${at * columns.length + of + 1}`).join(', ')})`)
    const insert = `INSERT INTO ${into} (${quoted}) OVERRIDING SYSTEM VALUE VALUES ${lines.join(', ')}`
    await told(copy, () => tenant.client.query(insert, rows.flat()))
  }
  await base.client.query('CLOSE schema_saga_seed')
}

async function pathIn({ client, namespace }: Side): Promise<string> {
  return pathOf({ namespace, shared: await sharedNamespaces(client, namespace) })
}

function quote(name: string): string {
  return pg.escapeIdentifier(name)
}

/** Of the tenant, also where it happens while a session on the base is at work. */
async function told<Done>(copy: SeedCopy, work: () => Promise<Done>): Promise<Done> {
  try {
    return await work()
  } catch (error) {
    throw sqlstateOf(error) === FOREIGN_KEY_VIOLATION ? pointsElsewhere(error, copy) : toSagaError(error, copy.where)
  }
}

function pointsElsewhere(error: unknown, { where }: SeedCopy): RequestRefused {
  const { table, constraint } = error as { table?: string; constraint?: string }
  const text = `${where}: rows of table ${table} that it is to begin with refer to rows that are no part of them (constraint ${constraint}): name the other table in the setting \`seed\` as well.`
  return new RequestRefused('NOT_APPLICABLE', text)
}
