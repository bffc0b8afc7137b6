/** Sequences that a text made, restarted or bound to a column: they go on behind what the column holds. */
import type { ClientBase } from 'pg'
import { ident } from '../../../physical/sql.ts'
import type { Footprint } from './footprint.ts'
import type { ScriptPlace } from './place.ts'

/** $1: the namespace, $2: sequences. The columns that they number: their own, and those that draw from them by default. */
const COLUMNS = `SELECT DISTINCT s.relname::text AS sequence, t.relname::text AS "table", a.attname::text AS column, q.seqincrement > 0 AS rises, q.seqmin::text AS least, q.seqmax::text AS most
  FROM pg_class s JOIN pg_namespace n ON n.oid = s.relnamespace JOIN pg_sequence q ON q.seqrelid = s.oid
  CROSS JOIN LATERAL (
    SELECT d.refobjid AS rel, d.refobjsubid AS att FROM pg_depend d
     WHERE d.classid = 'pg_class'::regclass AND d.objid = s.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0
    UNION ALL
    SELECT f.adrelid, f.adnum FROM pg_depend d JOIN pg_attrdef f ON f.oid = d.objid
     WHERE d.classid = 'pg_attrdef'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = s.oid) u
  JOIN pg_class t ON t.oid = u.rel AND t.relnamespace = n.oid JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = u.att
 WHERE n.nspname = $1 AND s.relname = ANY ($2::name[]) AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)`

interface Numbered {
  readonly sequence: string
  readonly table: string
  readonly column: string
  readonly rises: boolean
  readonly least: string
  readonly most: string
}

/** Whoever inserts next gets a number that no row has. Asked with `pg_catalog` in the search path. */
export async function raiseSequences(
  client: ClientBase,
  { namespace, role }: ScriptPlace,
  { inside }: Footprint,
): Promise<void> {
  const names = inside
    .filter(({ kind, rowsAlone }) => kind === 'sequence' && rowsAlone !== true)
    .map(({ name }) => name)
  if (names.length === 0) return
  const { rows } = await client.query<Numbered>(COLUMNS, [namespace, names])
  if (rows.length === 0) return
  const statements = rows.map((each) => raised(namespace, each))
  const [enter, leave] = role === null ? [[], []] : [[`SET LOCAL ROLE ${ident(role)}`], ['RESET ROLE']]
  await client.query([...enter, ...statements, ...leave].join(';\n'))
}

/** Never the other way. */
function raised(namespace: string, { sequence, table, column, rises, least, most }: Numbered): string {
  const of = (name: string): string => `${ident(namespace)}.${ident(name)}`
  const [end, beyond] = rises ? ['max', '>'] : ['min', '<']
  return `SELECT setval(${literal(of(sequence))}, f.value) FROM ${of(sequence)} s, (SELECT ${end}(${ident(column)})::bigint AS value FROM ${of(table)}) f
    WHERE (f.value ${beyond} s.last_value OR f.value = s.last_value AND NOT s.is_called) AND f.value BETWEEN ${least} AND ${most}`
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
