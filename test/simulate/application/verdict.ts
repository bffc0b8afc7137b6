/** Whether a statement may have failed: the law about an application's statements, for one that did. */
import type { Violation } from '../types.ts'
import { type Look, type SeenColumn, seenColumn } from './lookups.ts'
import type { Statement } from './statements.ts'

/** What an operation that was at work since the application's last look had announced. */
export interface Announced {
  readonly operation: string
  /** Details of the hazards of its plan. */
  readonly hazards: readonly string[]
  /** Tables with their columns that are not the same in the schemas before and after it: `food`, `food.price`. */
  readonly touches: ReadonlySet<string>
  /** For each table, under its name before and after: both names. */
  readonly names: ReadonlyMap<string, readonly string[]>
  /** Columns for which it brings or takes a rule about values. */
  readonly rules: ReadonlySet<string>
}

/** A statement that failed. */
export interface Failure {
  readonly tenant: string
  readonly statement: Statement
  readonly code: string | null
  readonly message: string
  /** What the application knew, and what it saw afterwards. */
  readonly before: Look
  readonly after: Look
  readonly announced: readonly Announced[]
  /** Whether it used a field that no durable schema has yet. */
  readonly early: boolean
  /** How often it has failed like this in a row, this time included. */
  readonly times: number
}

/** Failures of the connection, of limits and of servers that are going down: whoever causes them, no plan does. */
const SURROUNDINGS = /^(08|53|57P|58|25006$|XX000$)/

/** Refusals of values by a rule. */
const RULES = ['23502', '23503', '23505', '23514', '22P02', '22003', '22007', '22008', '42804']

/** The violation; null where the failure was announced, or is nobody's. */
export function verdictOf(failure: Failure): Violation | null {
  const { code, statement, early, announced } = failure
  if (code === null || SURROUNDINGS.test(code) || early) return null
  if (code === '23505' && hasUnique(failure)) return null
  if (code === '23505' && (sharesDefault(failure) || metUnique(failure))) return null
  const names = namesOf(statement)
  const touching = announced.filter(({ touches }) => names.some((name) => touches.has(name)))
  if (code === '40P01') return violation(failure, 'deadlock')
  if (isBeingProven(failure) && announced.some((each) => isNamed(each, statement))) return null
  if (touching.length === 0)
    return changed(failure) ? violation(failure, 'unannounced') : violation(failure, 'untouched')
  const ruled = touching.some(({ rules }) => names.some((name) => rules.has(name)))
  if (ruled && RULES.includes(code)) return null
  if (!touching.some((each) => isNamed(each, statement))) return violation(failure, 'no-hazard')
  // A step and its undo may both have come between two looks, once.
  return changed(failure) || failure.times === 1 ? null : violation(failure, 'after-look')
}

/** A rule that comes, or comes back, stands while rows are looked at: writes to one that breaks it are refused meanwhile. */
function isBeingProven({ code, message }: Failure): boolean {
  return code === '23514' && message.includes('"_aside_proof_')
}

/** Values that were there before the application may be those that it comes to one day. */
function hasUnique({ statement, before }: Failure): boolean {
  const table = before.tables.find(({ name }) => name === statement.table.name)
  return (table?.columns ?? []).some(({ rules }) => rules.some((rule) => rule.startsWith('UNIQUE')))
}

/** A unique column has come back with its default since the application looked, and the plan names its table. */
function metUnique({ statement, before, after, announced }: Failure): boolean {
  const columnsIn = ({ tables }: Look): readonly SeenColumn[] =>
    tables.find(({ id }) => id === statement.table.id)?.columns ?? []
  const known = new Set(columnsIn(before).map(({ number }) => number))
  const named = new Set(statement.sent.map(({ column }) => column.number))
  const met = columnsIn(after).some(
    (column) =>
      (!known.has(column.number) || !named.has(column.number)) &&
      column.default !== null &&
      column.rules.some((rule) => rule.startsWith('UNIQUE')),
  )
  return met && announced.some((each) => isNamed(each, statement))
}

/** A column that the application does not know is unique, and has the same default for all rows: the plan says so. */
function sharesDefault({ statement, announced }: Failure): boolean {
  return announced.some(({ hazards, names }) => {
    const either = names.get(statement.table.name) ?? [statement.table.name]
    return hazards.some(
      (detail) =>
        detail.includes(' is unique and has a default') && either.some((name) => detail.startsWith(`${name}.`)),
    )
  })
}

/** The tables and columns that a statement names, as `food` and `food.price`. */
export function namesOf({ table, sent, reads }: Statement): readonly string[] {
  const columns = [...sent.map(({ column }) => column.name), ...reads]
  return [table.name, ...columns.map((column) => `${table.name}.${column}`)]
}

function changed({ statement, before, after }: Failure): boolean {
  return namesOf(statement).some((name) => {
    const [table = '', column] = name.split('.')
    const own = ({ tables }: Look): string | undefined => tables.find((each) => each.name === table)?.id
    if (column === undefined) return own(before) !== own(after)
    return told(seenColumn(before, table, column)) !== told(seenColumn(after, table, column))
  })
}

function told(column: SeenColumn | undefined): string {
  return JSON.stringify(column ?? null)
}

/** An undo takes back what the hazard names, so that either name of the table will do. */
function isNamed({ hazards, names }: Announced, { table }: Statement): boolean {
  const either = names.get(table.name) ?? [table.name]
  return hazards.some((detail) => either.some((name) => new RegExp(`\\b${name}\\b`).test(detail)))
}

function violation({ tenant, statement, code, message, announced }: Failure, kind: string): Violation {
  const operations = announced.map(({ operation }) => operation).join(', ') || 'none'
  const values = statement.sent.map(({ value }) => JSON.stringify(value)).join(', ')
  const detail = `${tenant}: ${statement.text.split(' returning ')[0]} [${values}] failed with ${code}: ${message} (operations at work: ${operations})`
  return { law: 'failed-statement', kind, detail }
}
