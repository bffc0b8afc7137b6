/**
 * Rules on rows that may break them, as undos and reverts bring them back: what stands in the way is noted, and every row
 * is kept. Each is in force for new rows before old ones are looked at, and none of this keeps readers or writers out.
 */
import type { Step } from '../../change.ts'
import type { Check, ForeignKey, Key } from '../../schema.ts'
import { ident, identList, inNamespace, literal } from '../../sql.ts'
import { batchSql, OF_BATCH, rowsOf } from './batchSql.ts'
import { checkExpression, foreignKeySql } from './columnSql.ts'

/** Empty places of a column get its default. */
export function lenientFill(table: string, column: string, object: string): Step {
  const empty = `t.${ident(column)} IS NULL`
  const rows = { ...rowsOf(table), where: empty }
  return {
    kind: 'backfill',
    writes: { table, columns: [column] },
    sql: batchSql({
      ...rows,
      work: [`UPDATE ${inNamespace(table)} t SET ${ident(column)} = DEFAULT FROM batch WHERE ${OF_BATCH}`],
    }),
    lenient: {
      object,
      what: 'rows without a value stay without one',
      table,
      condition: empty,
      skip: batchSql({ ...rows, work: [] }),
    },
  }
}

/** NOT NULL, with the default for rows that have nothing. */
export function lenientNotNull(table: string, column: string, proof: string): readonly Step[] {
  const object = `${table}.${column}`
  const place = `:'ns', ${literal(table)}, ${literal(column)}, ${literal(proof)}`
  return [
    {
      kind: 'transaction',
      sql: `ALTER TABLE ${inNamespace(table)} ADD CONSTRAINT ${ident(proof)} CHECK (${ident(column)} IS NOT NULL) NOT VALID`,
    },
    lenientFill(table, column, object),
    validation(table, proof, object, 'NOT NULL stays off', `t.${ident(column)} IS NULL`),
    { kind: 'transaction', sql: `SELECT schema_saga_target.prove_not_null_v1(${place})` },
  ]
}

/** A check that holds for new rows in any case. */
export function lenientCheck(table: string, check: Check): readonly Step[] {
  const expression = checkExpression(check)
  return [
    {
      kind: 'transaction',
      sql: `ALTER TABLE ${inNamespace(table)} ADD CONSTRAINT ${ident(check.name)} CHECK ${expression} NOT VALID`,
    },
    checkValidation(table, check),
  ]
}

/** The look at old rows for a check that is there. */
export function checkValidation(table: string, check: Check): Step {
  const what = 'CHECK holds for new rows only'
  return validation(table, check.name, `${table}: ${check.name}`, what, `NOT (${checkExpression(check)})`)
}

/** A foreign key that holds for new rows in any case. */
export function lenientForeignKey(table: string, key: ForeignKey): readonly Step[] {
  const [column = ''] = key.columns.map(ident)
  const lost = `t.${column} IS NOT NULL AND NOT EXISTS (SELECT FROM ${inNamespace(key.table)} r WHERE r."id" = t.${column})`
  return [
    {
      kind: 'transaction',
      sql: `ALTER TABLE ${inNamespace(table)} ADD CONSTRAINT ${ident(key.name)} ${foreignKeySql(key)} NOT VALID`,
    },
    validation(table, key.name, `${table}: ${key.name}`, 'FOREIGN KEY holds for new rows only', lost),
  ]
}

/** A unique constraint; it stays off where rows share a value. */
export function lenientUnique(table: string, key: Key): readonly Step[] {
  const columns = identList(key.columns)
  const shared = `(${columns}) IN (SELECT ${columns} FROM ${inNamespace(table)} GROUP BY ${columns} HAVING count(*) > 1)`
  return [
    {
      kind: 'statement',
      sql: `CREATE UNIQUE INDEX CONCURRENTLY ${ident(key.name)} ON ${inNamespace(table)} (${columns})`,
      index: key.name,
      lenient: { object: `${table}: ${key.name}`, what: 'UNIQUE stays off', table, condition: shared },
    },
    {
      kind: 'transaction',
      sql: `SELECT schema_saga_target.adopt_unique_v1(:'ns', ${literal(table)}, ${literal(key.name)})`,
    },
  ]
}

function validation(table: string, name: string, object: string, what: string, condition: string): Step {
  // A condition names the namespace where it looks at another table: it is put in when the statement is, as a format.
  const [head, ...tail] = condition.split(':"ns"')
  const sql =
    tail.length === 0 ? literal(condition) : `format(${literal([head, ...tail].map(escaped).join('%1$I'))}, :'ns')`
  const texts = [name, object, what].map(literal).join(', ')
  return {
    kind: 'transaction',
    alone: true,
    sql: `SELECT schema_saga_target.validate_v1(:'ns', ${literal(table)}, ${texts}, ${sql})`,
  }
}

function escaped(text = ''): string {
  return text.replaceAll('%', '%%')
}
