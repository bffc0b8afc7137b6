/** What a change by SQL asks of a namespace, as its proof on the base has told. Pure. */
import type { Stage } from '../../../physical/plan/plan.ts'
import { answerableLines } from '../../../sql/change/changedLines.ts'
import type { SqlChange } from '../../../sql/change/sqlChange.ts'
import { keyOfLine, quotedFirst, unquoted } from '../../../sql/lineNames.ts'
import { objectsOfLines } from '../../../sql/onlyLines.ts'
import { RECORD_FORMAT, type RecordLine } from '../../../sql/record.ts'
import type { SqlQuestion } from './preflightSql.ts'
import type { AddedNames } from './surroundings.ts'

/** Objects that are made later than looked at have their names free; those that are there look as on the base. */
export function sqlQuestionOf(change: SqlChange, forward: readonly Stage[] = []): SqlQuestion {
  const { before: all, after, counting, printing } = change
  const before = answerableLines(all, change)
  return {
    isAsked: (lines) => answerableLines(lines, change),
    adds: addedNames(all, after),
    touches: objectsOfLines(before, all),
    needs: neededNames(change, forward),
    expected: { format: RECORD_FORMAT, printing, lines: before },
    counting,
    // What counts of the lines is theirs already.
    bases: [],
    roles: rolesIn(after),
  }
}

/** Those that the change makes, or gives another name, are not there yet. */
function neededNames({ changed = [] }: SqlChange, forward: readonly Stage[]): readonly string[] {
  const own = new Set(changed.map((key) => unquoted(key.slice(key.indexOf(' ') + 1))))
  return [...new Set(forward.flatMap(({ names = [] }) => names))].filter((name) => !own.has(name))
}

const RELATIONS: ReadonlySet<string> = new Set(['table', 'view', 'materialized_view', 'sequence', 'index'])
const TYPES: ReadonlySet<string> = new Set(['enum', 'domain', 'range', 'composite'])
const ROUTINES: ReadonlySet<string> = new Set(['function', 'procedure', 'aggregate'])

function addedNames(before: readonly RecordLine[], after: readonly RecordLine[]): AddedNames {
  const known = new Set(before.map(keyOfLine))
  const added = after.filter((line) => !known.has(keyOfLine(line)))
  const tables = new Set(before.flatMap(({ kind, name }) => (kind === 'table' ? [name] : [])))
  const named = (kinds: ReadonlySet<string>): readonly string[] =>
    added.flatMap(({ kind, name }) => (kinds.has(kind) ? [unquoted(name)] : []))
  return {
    relations: named(RELATIONS),
    types: named(TYPES),
    routines: added.flatMap(({ kind, name }) =>
      ROUTINES.has(kind) ? [{ name: unquoted(quotedFirst(name)), signature: name }] : [],
    ),
    constraints: added.flatMap(({ kind, name }) => {
      const table = quotedFirst(name)
      return kind === 'constraint' && tables.has(table)
        ? [{ table: unquoted(table), name: unquoted(name.slice(table.length + 1)) }]
        : []
    }),
  }
}

/** Names of roles, not what a role is to the namespace. */
function rolesIn(lines: readonly RecordLine[]): readonly string[] {
  const roles = lines.flatMap(({ kind, facts }): readonly unknown[] => {
    if (kind === 'grants') return Object.keys(facts)
    if (kind === 'owner') return [facts.role]
    return kind === 'policy' && Array.isArray(facts.to) ? facts.to : []
  })
  return [...new Set(roles.map(String))].filter((role) => !/^(<.*>|public)$/.test(role)).map(unquoted)
}
