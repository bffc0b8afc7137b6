/**
 * Rows of another tool's table, written in the transaction that moves a target's revision, and taken off in that which moves it
 * back. A target on which the tool never ran has no such table, and gets no row.
 */
import type { ClientBase } from 'pg'
import { StatementRefused } from '../../../errors.ts'
import { ident, literal } from '../../../physical/sql.ts'
import { KEPT_TABLES, type KeptRow, type KeptRows, type KeptTool } from '../../../sql/change/keptRows.ts'
import { whereOf } from '../../sessions/servers.ts'
import type { StageTry } from '../stage/protocol.ts'
import { placeOf } from './place.ts'
import { asOwner } from './statements.ts'

/** How a row comes and goes; `t` is the table, quoted. */
interface Keeping {
  readonly columns: readonly string[]
  readonly write: (t: string, row: KeptRow) => string
  readonly take: (t: string, row: KeptRow) => string
}

/** Once, whatever an earlier try has left. */
function once(t: string, columns: string, values: string, known: string): string {
  return `INSERT INTO ${t} (${columns}) SELECT ${values} WHERE NOT EXISTS (SELECT FROM ${t} WHERE ${known})`
}

const KEEPING: Readonly<Record<KeptTool, Keeping>> = {
  prisma: {
    columns: ['id', 'checksum', 'finished_at', 'migration_name', 'started_at', 'applied_steps_count', 'rolled_back_at'],
    write: (t, { key, checksum = '' }) =>
      once(
        t,
        'id, checksum, finished_at, migration_name, started_at, applied_steps_count',
        `gen_random_uuid()::text, ${literal(checksum)}, now(), ${literal(key)}, now(), 1`,
        `migration_name = ${literal(key)} AND finished_at IS NOT NULL AND rolled_back_at IS NULL`,
      ),
    take: (t, { key }) => `DELETE FROM ${t} WHERE migration_name = ${literal(key)} AND rolled_back_at IS NULL`,
  },
  drizzle: {
    columns: ['hash', 'created_at'],
    write: (t, { key, at = 0 }) => once(t, 'hash, created_at', `${literal(key)}, ${at}`, `hash = ${literal(key)}`),
    take: (t, { key }) => `DELETE FROM ${t} WHERE hash = ${literal(key)}`,
  },
  flyway: {
    columns: [
      'installed_rank',
      'version',
      'description',
      'type',
      'script',
      'checksum',
      'installed_by',
      'execution_time',
      'success',
    ],
    write: (t, { key, checksum = '0', script = '', description = '' }) =>
      once(
        t,
        'installed_rank, version, description, type, script, checksum, installed_by, execution_time, success',
        `(SELECT coalesce(max(installed_rank), 0) + 1 FROM ${t}), ${literal(key)}, ${literal(description)}, 'SQL', ${literal(script)}, ${Number(checksum)}, current_user, 0, true`,
        `version = ${literal(key)}`,
      ),
    take: (t, { key }) => `DELETE FROM ${t} WHERE version = ${literal(key)}`,
  },
  goose: {
    columns: ['version_id', 'is_applied'],
    write: (t, { key }) =>
      once(t, 'version_id, is_applied', `${BigInt(key)}, true`, `version_id = ${BigInt(key)} AND is_applied`),
    take: (t, { key }) => `DELETE FROM ${t} WHERE version_id = ${BigInt(key)}`,
  },
  dbmate: {
    columns: ['version'],
    write: (t, { key }) => once(t, 'version', literal(key), `version = ${literal(key)}`),
    take: (t, { key }) => `DELETE FROM ${t} WHERE version = ${literal(key)}`,
  },
  'golang-migrate': {
    columns: ['version', 'dirty'],
    write: (t, { key }) => `DELETE FROM ${t}; INSERT INTO ${t} (version, dirty) VALUES (${BigInt(key)}, false)`,
    // What is not there any more, or not yet, is left as it is.
    take: (t, { key, before = null }) =>
      before === null
        ? `DELETE FROM ${t} WHERE version = ${BigInt(key)}`
        : `UPDATE ${t} SET version = ${BigInt(before)} WHERE version = ${BigInt(key)}`,
  },
  'node-pg-migrate': {
    columns: ['name', 'run_on'],
    write: (t, { key }) => once(t, 'name, run_on', `${literal(key)}, now()`, `name = ${literal(key)}`),
    take: (t, { key }) => `DELETE FROM ${t} WHERE name = ${literal(key)}`,
  },
}

/** The change is there. Errors: `STATEMENT_REFUSED` where the table is not as its tool makes it. */
export async function keepRows(each: StageTry): Promise<void> {
  const kept = each.work.plan.sqlChange?.kept
  if (kept !== undefined) await run(each, kept, kept.takesOff !== true)
}

/** The change is not there any more. Errors: as `keepRows`. */
export async function takeRowsOff(each: StageTry): Promise<void> {
  const kept = each.work.plan.sqlChange?.kept
  if (kept !== undefined) await run(each, kept, kept.takesOff === true)
}

async function run({ client, namespace, work }: StageTry, { tool, rows }: KeptRows, writes: boolean): Promise<void> {
  const where = whereOf(work.target)
  if (!(await hasTable(client, namespace, tool, where))) return
  const t = `${ident(namespace)}.${ident(KEPT_TABLES[tool])}`
  const statements = writes
    ? rows.map((row) => KEEPING[tool].write(t, row))
    : rows.toReversed().map((row) => KEEPING[tool].take(t, row))
  const place = await placeOf(client, namespace, { where })
  await asOwner(client, place, where, async (runOne) => {
    for (const sql of statements) await runOne(sql, `the row of ${tool}`)
  })
}

/** Nobody's code runs because of its rows, so that nothing but these is written. */
async function hasTable(client: ClientBase, namespace: string, tool: KeptTool, where: string): Promise<boolean> {
  const { rows } = await client.query<{ columns: readonly string[]; plain: boolean }>(
    `SELECT ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
            c.relkind = 'r' AND NOT c.relrowsecurity AND NOT c.relhasrules
              AND NOT EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = c.oid AND NOT g.tgisinternal) AS plain
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2`,
    [namespace, KEPT_TABLES[tool]],
  )
  const [found] = rows
  if (found === undefined) return false
  const missing = KEEPING[tool].columns.filter((column) => !found.columns.includes(column))
  if (found.plain && missing.length === 0) return true
  const why = found.plain
    ? `it has no column ${missing.join(', ')}`
    : 'it has triggers, rules or policies, or is no plain table'
  const text = `${where}: "${KEPT_TABLES[tool]}" is not as ${tool} makes it, so that its row cannot be kept: ${why}.`
  throw new StatementRefused('STATEMENT_REFUSED', text)
}
