/** How a table or a column of the base is hidden and comes back, as it is at that moment. */
import type { ClientBase } from 'pg'
import { asideName } from '../../../physical/edits/tableEntries.ts'
import { ident } from '../../../physical/sql.ts'
import type { AsideTarget } from '../../../sql/script/script.ts'
import type { ScriptPlace } from '../../target/script/place.ts'
import { COLUMN_FACTS, type ColumnFacts, type Part, TABLE_FACTS, type TableFacts } from './facts.ts'

/** What hides something, and brings it back. */
export interface Hiding {
  readonly asideName: string
  /** Statements with names of ours, without a namespace. */
  readonly hide: readonly string[]
  readonly restore: readonly string[]
  /** What goes while it is hidden, and is made again behind it; names may be qualified by the namespace of the base. */
  readonly behind: readonly string[]
  readonly names: readonly string[]
  /** As footprints call what is hidden. */
  readonly meanwhile: readonly string[]
}

/** Why the object is not hidden, in words. */
export interface NotHidden {
  readonly why: string
}

/** `prefix`: of the names that it gets. Asked within the transaction of a proof. */
export async function hidingOf(
  client: ClientBase,
  { namespace, path }: ScriptPlace,
  target: AsideTarget,
  prefix: string,
): Promise<Hiding | NotHidden> {
  await client.query(`SET LOCAL search_path = ${path}`)
  const values = [namespace, target.table, ...(target.column === null ? [] : [target.column])]
  const { rows } = await client.query<TableFacts & ColumnFacts>(
    target.column === null ? TABLE_FACTS : COLUMN_FACTS,
    values,
  )
  await client.query('SET LOCAL search_path = pg_catalog')
  const [facts] = rows
  if (facts === undefined) return { why: 'it is not there' }
  const why = whyNot(facts)
  if (why !== null) return { why }
  return target.column === null
    ? ofTable(target.table, facts, prefix)
    : ofColumn(target.table, target.column, facts, prefix)
}

function whyNot({
  kind,
  isPartition,
  isFamily,
  isPublished,
  isGenerated,
  isStrict,
}: TableFacts & Partial<ColumnFacts>): string | null {
  if (isPartition) return 'it is a partition, or of one'
  if (kind === 'p') return 'it is partitioned, or of a partitioned table'
  if (kind !== 'r') return 'it is no table of the namespace'
  if (isFamily) return 'it is part of an inheritance'
  if (isPublished) return 'it is in a publication'
  if (isGenerated === true) return 'its values are computed from others'
  return isStrict === true ? 'its type is a domain with rules of its own' : null
}

function ofTable(table: string, { indexes, sequences, statistics, keys }: TableFacts, prefix: string): Hiding {
  const hidden = (name: string): string => asideName(prefix, name)
  const renamed = [...named('INDEX', indexes), ...named('SEQUENCE', sequences), ...named('STATISTICS', statistics)]
  const own = `ALTER TABLE ${ident(table)}`
  return {
    asideName: hidden(table),
    hide: [
      ...keys.map(({ name }) => `${own} DROP CONSTRAINT ${ident(name)}`),
      `${own} RENAME TO ${ident(hidden(table))}`,
      ...renamed.map(({ word, name }) => `ALTER ${word} ${ident(name)} RENAME TO ${ident(hidden(name))}`),
    ],
    restore: [
      `ALTER TABLE ${ident(hidden(table))} RENAME TO ${ident(table)}`,
      ...renamed.map(({ word, name }) => `ALTER ${word} ${ident(hidden(name))} RENAME TO ${ident(name)}`),
    ],
    behind: keys.map(({ name, definition }) => `${own} ADD CONSTRAINT ${ident(name)} ${definition}`),
    names: [...indexes, ...sequences, ...statistics, ...keys.map(({ name }) => name)],
    meanwhile: [`table ${hidden(table)}`, ...sequences.map((name) => `sequence ${hidden(name)}`)],
  }
}

function named(word: string, names: readonly string[]): readonly { readonly word: string; readonly name: string }[] {
  return names.map((name) => ({ word, name }))
}

/** Nothing of it may hinder those who write rows without it. */
function ofColumn(table: string, column: string, facts: ColumnFacts, prefix: string): Hiding {
  const { constraints, indexes, statistics, sequences, isNotNull, isIdentity, def } = facts
  const hidden = (name: string): string => asideName(prefix, name)
  const own = `ALTER TABLE ${ident(table)}`
  const altered = `${own} ALTER COLUMN ${ident(column)}`
  const kept = [...constraints, ...indexes].filter(({ isKept }) => isKept).map(({ index, name }) => index ?? name)
  const renamed = [...named('INDEX', kept), ...named('SEQUENCE', sequences)]
  const [keys, parts] = [constraints, indexes].map((all) => all.filter(({ isKept }) => !isKept)) as [Part[], Part[]]
  // Rows written meanwhile have the default, unless that may be there only once, or needs what may go.
  const isFilled = isIdentity || (def?.isPlain === true && kept.length === 0)
  const loosened = isNotNull && !isFilled
  return {
    asideName: hidden(column),
    hide: [
      ...keys.map(({ name }) => `${own} DROP CONSTRAINT ${ident(name)}`),
      ...parts.map(({ name }) => `DROP INDEX ${ident(name)}`),
      ...statistics.map(({ name }) => `DROP STATISTICS ${ident(name)}`),
      ...(loosened ? [`${altered} DROP NOT NULL`] : []),
      ...(def !== null && !isFilled ? [`${altered} DROP DEFAULT`] : []),
      `${own} RENAME COLUMN ${ident(column)} TO ${ident(hidden(column))}`,
      ...renamed.map(({ word, name }) => `ALTER ${word} ${ident(name)} RENAME TO ${ident(hidden(name))}`),
    ],
    restore: [
      `${own} RENAME COLUMN ${ident(hidden(column))} TO ${ident(column)}`,
      ...renamed.map(({ word, name }) => `ALTER ${word} ${ident(hidden(name))} RENAME TO ${ident(name)}`),
    ],
    behind: [
      ...(def !== null && !isFilled ? [`${altered} SET DEFAULT ${def.text}`] : []),
      ...(loosened ? [`${altered} SET NOT NULL`] : []),
      ...keys.map(({ name, definition }) => `${own} ADD CONSTRAINT ${ident(name)} ${definition}`),
      ...[...parts, ...statistics].map(({ definition }) => definition),
      ...[...keys, ...parts, ...statistics].flatMap(({ comment }) => comment ?? []),
    ],
    names: [...[...constraints, ...indexes, ...statistics].map(({ name }) => name), ...kept, ...sequences],
    meanwhile: sequences.map((name) => `sequence ${hidden(name)}`),
  }
}
