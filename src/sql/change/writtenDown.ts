/** The way back of a change that only adds: what was added is dropped again. Null where something else was done. */
import { keyOfLine } from '../lineNames.ts'
import type { RecordLine } from '../record.ts'
import type { LineDifference } from '../recordDifferences.ts'

/** What is said of an object goes with it. */
const SAID_OF: ReadonlySet<string> = new Set(['owner', 'grants', 'comment', 'publication', 'owned_by', 'populated'])

/** In the order in which they go: what hangs on others before those. All objects of a kind go at once, as they may need each other. */
const TOGETHER = [
  { kinds: ['view'], word: 'VIEW' },
  { kinds: ['materialized_view'], word: 'MATERIALIZED VIEW' },
  { kinds: ['table'], word: 'TABLE' },
  { kinds: ['sequence'], word: 'SEQUENCE' },
  { kinds: ['aggregate'], word: 'AGGREGATE' },
  { kinds: ['function'], word: 'FUNCTION' },
  { kinds: ['procedure'], word: 'PROCEDURE' },
  { kinds: ['domain'], word: 'DOMAIN' },
  { kinds: ['enum', 'range', 'composite'], word: 'TYPE' },
] as const

/** What a table may have more of, and how it loses it. */
const ON_TABLES = [
  { kind: 'trigger', sql: (name: string, table: string) => `DROP TRIGGER ${name} ON ${table}` },
  { kind: 'policy', sql: (name: string, table: string) => `DROP POLICY ${name} ON ${table}` },
  { kind: 'rule', sql: (name: string, table: string) => `DROP RULE ${name} ON ${table}` },
  { kind: 'constraint', sql: (name: string, table: string) => `ALTER TABLE ${table} DROP CONSTRAINT ${name}` },
  { kind: 'statistics', sql: (name: string) => `DROP STATISTICS ${name}` },
  { kind: 'index', sql: (name: string) => `DROP INDEX ${name}` },
  { kind: 'column', sql: (name: string, table: string) => `ALTER TABLE ${table} DROP COLUMN ${name}` },
] as const

/** The statements that take the additions back; `differences` are those of the record after from the record before. */
export function writtenDown(
  differences: readonly LineDifference[],
  before: readonly RecordLine[],
  after: readonly RecordLine[],
): readonly string[] | null {
  if (differences.some(({ kind }) => kind !== 'extra')) return null
  const known = new Set(before.map(keyOfLine))
  const added = after.filter((line) => !known.has(keyOfLine(line)))
  const whole = new Set(added.filter(({ kind }) => WITH_PARTS.has(kind)).map(({ name }) => name))
  const statements: string[] = []
  const left = new Set(added)
  for (const { kind, sql } of ON_TABLES) {
    for (const line of added.filter((each) => each.kind === kind)) {
      left.delete(line)
      const { name, table } = placeOf(line)
      // What is on a new object goes with it.
      if (!whole.has(table)) statements.push(sql(name, table))
    }
  }
  for (const { kinds, word } of TOGETHER) {
    const lines = added.filter((line) => (kinds as readonly string[]).includes(line.kind))
    for (const line of lines) left.delete(line)
    const names = lines.filter((line) => !ownedBy(line, added)).map(({ name }) => name)
    if (names.length > 0) statements.push(`DROP ${word} ${names.join(', ')}`)
  }
  const objects = new Set(added.filter((line) => !SAID_OF.has(line.kind)).map(objectOf))
  for (const line of left) if (SAID_OF.has(line.kind) && isSaidOf(line, objects)) left.delete(line)
  return left.size === 0 ? statements : null
}

/** Objects that have columns, constraints or triggers of their own. */
const WITH_PARTS: ReadonlySet<string> = new Set(['table', 'view', 'materialized_view', 'domain'])

function objectOf({ kind, name }: RecordLine): string {
  return `${kind.replaceAll('_', ' ')} ${name}`
}

function isSaidOf({ kind, name }: RecordLine, objects: ReadonlySet<string>): boolean {
  return kind === 'publication' ? objects.has(`table ${name.slice(name.indexOf(' of ') + 4)}`) : objects.has(name)
}

/** A sequence that belongs to a column goes with it. */
function ownedBy({ kind, name }: RecordLine, added: readonly RecordLine[]): boolean {
  return kind === 'sequence' && added.some((line) => line.kind === 'owned_by' && line.name === `sequence ${name}`)
}

/** Of what is on a table: its own name, and the table's. */
function placeOf({ name, facts }: RecordLine): { readonly name: string; readonly table: string } {
  if (typeof facts.table === 'string') return { name, table: facts.table }
  const [table = '', ...rest] = partsOf(name)
  return { name: rest.join('.'), table }
}

/** `"a.b".c` as its parts, which stay quoted. */
function partsOf(name: string): readonly string[] {
  return name.match(/"(?:[^"]|"")*"|[^.]+/g) ?? []
}
