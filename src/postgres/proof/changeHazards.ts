/** What a person should know of a change by SQL before it runs: what its grammar tells, and what the proof has seen. */
import type { Hazard } from '../../physical/change.ts'
import { ident } from '../../physical/sql.ts'
import type { NamespaceRecord } from '../../sql/record.ts'
import { scriptHazards } from '../../sql/script/hazards.ts'
import type { Script } from '../../sql/script/script.ts'
import type { Proof } from './proveChange.ts'

/** All of them, in the order in which they were found. */
export async function changeHazards(up: Script, proof: Proof): Promise<readonly Hazard[]> {
  const told = await scriptHazards(up, { typeOf: typesIn(proof.records[0]) })
  const seen = [...unseenWrites(told, proof), ...passes(proof), ...grantsLost(up, proof), ...reordered(proof)]
  return [...told, ...seen, ...shared(proof)]
}

/** The types of columns on the base, as it was before. */
function typesIn({ lines }: NamespaceRecord): (table: string, column: string) => string | null {
  const types = new Map(
    lines.flatMap(({ kind, name, facts }) => (kind === 'column' ? [[name, String(facts.type)] as const] : [])),
  )
  return (table, column) => types.get(`${quotedIfNeeded(table)}.${quotedIfNeeded(column)}`) ?? null
}

/** As `quote_ident` writes names; a keyword as a name is not found, and its type not known. */
function quotedIfNeeded(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : ident(name)
}

/** Rows that functions write, which no grammar shows. */
function unseenWrites(told: readonly Hazard[], { footprint }: Proof): readonly Hazard[] {
  if (footprint.rowsWritten.length === 0 || told.some(({ name }) => name === 'WRITES_ROWS')) return []
  const tables = footprint.rowsWritten.join(', ')
  return [{ name: 'WRITES_ROWS', detail: `it writes rows of ${tables}, which no record shows` }]
}

/** Whether batches take what others write meanwhile, as the rows of the base have shown it. */
function passes({ batches }: Proof): readonly Hazard[] {
  return batches.map(({ place, table, repeats }) => {
    const detail = repeats
      ? `on the base no row of ${table} that it wrote meets its condition any more: passes repeat until one finds nothing`
      : `on the base rows of ${table} meet its condition after they were written: there is one pass, and rows written meanwhile are not in it`
    return { name: 'WRITES_ROWS', detail: `${place}: ${detail}` }
  })
}

const SAID: ReadonlySet<string> = new Set(['grants', 'owner', 'publication'])

/** An object that was made anew has lost what was said of it, unless the text says otherwise. */
function grantsLost(up: Script, { records }: Proof): readonly Hazard[] {
  const [first] = records
  const last = records.at(-1) ?? first
  const there = new Set(last.lines.map(({ kind, name }) => `${kind.replaceAll('_', ' ')} ${name}`))
  const kept = new Set(last.lines.filter(({ kind }) => SAID.has(kind)).map(({ kind, name }) => `${kind} ${name}`))
  const said = up.stages.flatMap(({ statements }) => statements).filter(({ kind }) => SAYS.has(kind))
  const lost = first.lines.flatMap(({ kind, name }) => {
    const object = objectIn(kind, name)
    if (!SAID.has(kind) || kept.has(`${kind} ${name}`) || !there.has(object)) return []
    const own = object.replace(/^(materialized )?\S+ /, '').replace(/\(.*$/s, '')
    return said.some(({ sql }) => sql.join('').includes(own)) ? [] : [`${kind} of ${name}`]
  })
  if (lost.length === 0) return []
  const detail = `${lost.join(', ')}: what is made anew under its name loses them; write the GRANT that brings them back`
  return [{ name: 'GRANTS_LOST', detail }]
}

/** Statements that say whose an object is, and who may do what. */
const SAYS: ReadonlySet<string> = new Set(['GrantStmt', 'AlterOwnerStmt', 'AlterPublicationStmt'])

function objectIn(kind: string, name: string): string {
  return kind === 'publication' ? `table ${name.slice(name.indexOf(' of ') + 4)}` : name
}

function reordered({ reordered: tables }: Proof): readonly Hazard[] {
  if (tables.length === 0) return []
  const detail = `once undone, columns of ${tables.join(', ')} are in another order: SELECT * and INSERT without columns see it`
  return [{ name: 'COLUMN_ORDER', detail }]
}

/** Every tenant's work waits for the others there. */
function shared({ footprint }: Proof): readonly Hazard[] {
  return footprint.sharedLocks.map(({ relation, mode }) => ({
    name: 'LOCKS_SHARED',
    detail: `it takes ${mode} on ${relation}, which all tenants share: each waits for the others`,
  }))
}
