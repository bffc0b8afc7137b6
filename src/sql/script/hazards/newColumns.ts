/** What a new column costs on a table that is in use, and the words that constraints share with it. */
import type { Tree } from '../../parser.ts'
import { callsIn, callText, type FunctionCall, isVolatile } from '../../tree/functions.ts'
import { listOf } from '../../tree/made.ts'
import { typeOfTree } from '../../tree/types.ts'
import type { Found, HazardName } from './hazard.ts'

const SERIALS: ReadonlySet<string> = new Set(['serial', 'serial2', 'serial4', 'serial8', 'smallserial', 'bigserial'])

/** Of ADD COLUMN. */
export function ofColumn({ colname, typeName, constraints }: Tree, table: string): Found {
  const column = `${table}.${String(colname)}`
  const all = listOf(constraints).map(({ Constraint: each }) => each as Tree)
  const has = (kind: string): Tree | undefined => all.find(({ contype }) => contype === kind)
  const [value, generated] = [has('CONSTR_DEFAULT'), has('CONSTR_GENERATED')]
  const volatile = [...callsIn(value?.raw_expr)].find(isVolatile)
  const isNumbered = SERIALS.has(typeOfTree(typeName).name) || has('CONSTR_IDENTITY') !== undefined
  const isFilled = value !== undefined || isNumbered || generated !== undefined
  const isKey = all.some(({ contype }) => contype === 'CONSTR_UNIQUE' || contype === 'CONSTR_PRIMARY')
  const isChecked = has('CONSTR_CHECK')?.is_enforced === true
  const refersAtOnce = value !== undefined && has('CONSTR_FOREIGN')?.is_enforced === true
  const unread = keptOut(table)
  const rules: readonly (readonly [boolean, HazardName, string])[] = [
    [volatile !== undefined, 'REWRITES_TABLE', byDefault(volatile, column, unread)],
    [
      isNumbered,
      'REWRITES_TABLE',
      `every row gets a number ${unread}: add ${column} without one, and fill the rows in batches`,
    ],
    [
      generated !== undefined && generated.generated_kind !== 'v',
      'REWRITES_TABLE',
      `${column} is computed for each row ${unread}: fill an ordinary column in batches instead`,
    ],
    [
      has('CONSTR_NOTNULL') !== undefined && !isFilled,
      'SCANS_TABLE',
      `NOT NULL without a default fails wherever ${table} has rows: give ${column} a default`,
    ],
    [isKey, 'INDEX_BUILD', byIndex(table)],
    [isChecked, 'SCANS_TABLE', notValid('CHECK', table)],
    [refersAtOnce, 'SCANS_TABLE', notValid('a foreign key', table)],
  ]
  return rules.flatMap(([holds, name, what]) => (holds ? [[name, what] as const] : []))
}

function byDefault(call: FunctionCall | undefined, column: string, unread: string): string {
  const what = call === undefined ? 'the default' : callText(call)
  return `${what} is computed for each row ${unread}: add ${column} without a default, set the default, and fill the rows in batches`
}

/** A key whose index is built at once. */
export function byIndex(table: string): string {
  return `it builds an index ${keptOut(table)}: CREATE UNIQUE INDEX CONCURRENTLY before, then ADD CONSTRAINT ... USING INDEX`
}

/** A constraint that is validated at once. */
export function notValid(what: string, table: string, lock: Lock = 'ACCESS EXCLUSIVE'): string {
  return `${what} reads all rows of ${table} ${keptOut(table, lock)}: add it NOT VALID, and VALIDATE CONSTRAINT in the next transaction`
}

type Lock = 'ACCESS EXCLUSIVE' | 'SHARE ROW EXCLUSIVE' | 'SHARE'

/** What others cannot do meanwhile. */
export function keptOut(tables: string, lock: Lock = 'ACCESS EXCLUSIVE'): string {
  return `while nobody can ${lock === 'ACCESS EXCLUSIVE' ? 'use' : 'write to'} ${tables} (${lock})`
}

/** SET NOT NULL where nothing proves it. */
export function byScan(table: string, column: string): string {
  return `SET NOT NULL reads all rows of ${table} ${keptOut(table)}: add CHECK (${column} IS NOT NULL) NOT VALID, validate it in the next transaction, then set NOT NULL and drop the check`
}
