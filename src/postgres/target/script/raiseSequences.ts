/** Sequences that a text made, restarted or bound to a column: they go on behind what the column holds. */
import type { ClientBase } from 'pg'
import { DataRejected } from '../../../errors.ts'
import { ident, literal } from '../../../physical/sql.ts'
import type { Footprint } from './footprint.ts'
import type { ScriptPlace } from './place.ts'
import { ownAmong } from './traces/ownTransactions.ts'

/** A column whose values a sequence gives. */
export interface Numbered {
  readonly sequence: string
  readonly table: string
  readonly column: string
  readonly type: string
  /** Whether its values are numbers, so that the largest is known. */
  readonly counts: boolean
  readonly rises: boolean
  readonly least: string
  readonly most: string
}

/** $1: the namespace, $2: sequences. The columns that they number: their own, and those that draw from them by default. */
const COLUMNS = `SELECT DISTINCT s.relname::text AS sequence, t.relname::text AS "table", a.attname::text AS column, format_type(a.atttypid, NULL) AS type,
       a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype) AS counts,
       q.seqincrement > 0 AS rises, q.seqmin::text AS least, q.seqmax::text AS most
  FROM pg_class s JOIN pg_namespace n ON n.oid = s.relnamespace JOIN pg_sequence q ON q.seqrelid = s.oid
  CROSS JOIN LATERAL (
    SELECT d.refobjid AS rel, d.refobjsubid AS att FROM pg_depend d
     WHERE d.classid = 'pg_class'::regclass AND d.objid = s.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0
    UNION ALL
    SELECT f.adrelid, f.adnum FROM pg_depend d JOIN pg_attrdef f ON f.oid = d.objid
     WHERE d.classid = 'pg_attrdef'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = s.oid) u
  JOIN pg_class t ON t.oid = u.rel AND t.relnamespace = n.oid JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = u.att
 WHERE n.nspname = $1 AND s.relname = ANY ($2::name[]) AND t.relkind IN ('r', 'p')`

/** $1: the namespace, $2: tables. The sequences that their defaults draw from, with who wrote the default. */
const DEFAULTS = `SELECT s.relname::text AS sequence, f.xmin::text AS birth, pg_current_xact_id_if_assigned()::text AS top
  FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace JOIN pg_attrdef f ON f.adrelid = t.oid
  JOIN pg_depend d ON d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid AND d.refclassid = 'pg_class'::regclass
  JOIN pg_class s ON s.oid = d.refobjid AND s.relkind = 'S' AND s.relnamespace = n.oid
 WHERE n.nspname = $1 AND t.relname = ANY ($2::name[])`

/**
 * Whoever inserts next gets a number that no row has. Asked with `pg_catalog` in the search path. Errors: `DATA_REJECTED`
 * where the sequence has no number behind those of the rows; an undo leaves it as it is then.
 */
export async function raiseSequences(
  client: ClientBase,
  { namespace, role }: ScriptPlace,
  footprint: Footprint,
  { where, isUndo }: { readonly where: string; readonly isUndo: boolean },
): Promise<void> {
  const columns = (await numberedBy(client, namespace, footprint)).filter(({ counts }) => counts)
  if (columns.length === 0) return
  const asked = columns.map((each) => raised(namespace, each)).join(' UNION ALL ')
  if (role !== null) await client.query(`SET LOCAL ROLE ${ident(role)}`)
  const { rows } = await client.query<Behind>(asked)
  if (role !== null) await client.query('RESET ROLE')
  const behind = rows.find(({ fits }) => !fits)
  if (behind === undefined || isUndo) return
  const what = `sequence ${behind.sequence} goes to ${behind.most}, and rows of ${behind.of} have numbers up to ${behind.value}`
  throw new DataRejected('DATA_REJECTED', `${where}: ${what}: give it another range. It was rolled back.`)
}

interface Behind {
  readonly sequence: string
  readonly of: string
  readonly most: string
  readonly value: string
  readonly fits: boolean
}

/** The columns of sequences that the transaction has made, restarted, or made a default of. */
export async function numberedBy(
  client: ClientBase,
  namespace: string,
  { inside }: Pick<Footprint, 'inside'>,
): Promise<readonly Numbered[]> {
  const named = (wanted: string): readonly string[] =>
    inside.flatMap(({ kind, name, rowsAlone }) =>
      kind === wanted && rowsAlone !== true && !name.startsWith('_aside_') ? [name] : [],
    )
  const names = [...named('sequence'), ...(await boundBy(client, namespace, named('table')))]
  if (names.length === 0) return []
  return (await client.query<Numbered>(COLUMNS, [namespace, names])).rows
}

/** A default that draws from a sequence leaves no trace on it. */
async function boundBy(client: ClientBase, namespace: string, tables: readonly string[]): Promise<readonly string[]> {
  if (tables.length === 0) return []
  const { rows } = await client.query<{ sequence: string; birth: string; top: string | null }>(DEFAULTS, [
    namespace,
    tables,
  ])
  const births = rows.map(({ birth }) => birth)
  const own = await ownAmong(client, rows[0]?.top ?? null, births)
  return rows.filter(({ birth }) => own.has(birth)).map(({ sequence }) => sequence)
}

/** Never the other way. */
function raised(namespace: string, { sequence, table, column, rises, least, most }: Numbered): string {
  const of = (name: string): string => `${ident(namespace)}.${ident(name)}`
  const [end, round, beyond] = rises ? ['max', 'floor', '>'] : ['min', 'ceil', '<']
  const isNext = `(f.value ${beyond} s.last_value OR f.value = s.last_value AND NOT s.is_called)`
  const fits = `f.value BETWEEN ${least} AND ${most}`
  return `SELECT ${literal(sequence)} AS sequence, ${literal(`${table}.${column}`)} AS of, ${literal(rises ? most : least)} AS most, f.value::text AS value, ${fits} AS fits,
      CASE WHEN ${fits} THEN setval(${literal(of(sequence))}, f.value::bigint) END AS position
    FROM ${of(sequence)} s, (SELECT ${round}(${end}(${ident(column)})::numeric) AS value FROM ${of(table)}) f WHERE ${isNext}`
}
