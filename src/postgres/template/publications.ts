/** Memberships in publications, which the dump of a namespace leaves out: they are made from their lines. Pure. */
import type { RecordLine } from '../../sql/record.ts'

const NAME = /^("(?:[^"]|"")*"|[^" ]+) of (.*)$/s

/** Statements for the namespace that is first in the search path; `namespace` is its quoted name. */
export function publicationStatements(lines: readonly RecordLine[], namespace: string): readonly string[] {
  return lines.flatMap(({ kind, name, facts: { columns, where } }) => {
    const [, publication, member] = kind === 'publication' ? (NAME.exec(name) ?? []) : []
    if (publication === undefined || member === undefined) return []
    if (member === 'the namespace') return [`ALTER PUBLICATION ${publication} ADD TABLES IN SCHEMA ${namespace}`]
    const only = Array.isArray(columns) && columns.length > 0 ? ` (${columns.join(', ')})` : ''
    const filter = typeof where === 'string' ? ` WHERE (${where})` : ''
    return [`ALTER PUBLICATION ${publication} ADD TABLE ${namespace}.${member}${only}${filter}`]
  })
}
