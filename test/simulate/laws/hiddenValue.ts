/** What has become of a value that no schema shows any more. */
import { type Cell, type Hidden, holdsValue } from '../application/shadow.ts'
import type { Comparison, FoundRow } from './lostValue.ts'

/** `there`: it is set aside. `gone`: it was purged, or its row was deleted. `lost`: neither. */
export function fateOf({ shadow, tables, found }: Comparison, hidden: Hidden): 'there' | 'gone' | 'lost' {
  const aside = found.aside.get(hidden.row) ?? []
  const purged = found.purged.some(
    ({ operation, kind, name, aside, byUndo }) =>
      hidden.name === name ||
      hidden.name === aside ||
      // Of what was written to a schema that never came nobody knows the name that it had there.
      ((hidden.by === operation || (hidden.by === null && byUndo)) && (hidden.cell === null) === (kind === 'table')),
  )
  if (hidden.cell === null) {
    const whole = aside.some((row) => [...hidden.cells].every(([, cell]) => !cell.sure || isHeld(cell.forms, row)))
    return whole ? 'there' : purged ? 'gone' : 'lost'
  }
  const table = tables.find(({ model }) => model === hidden.model)
  const live = table === undefined ? undefined : found.tables.get(table.table)?.get(hidden.row)
  const known = shadow.rows.get(hidden.model)?.has(hidden.row) ?? false
  if ([live, ...aside].some((row) => row !== undefined && isHeld(hidden.forms, row))) return 'there'
  // A row that the application deleted took its hidden values along.
  return purged || (!known && aside.length === 0) ? 'gone' : 'lost'
}

function isHeld(forms: Cell['forms'], row: FoundRow): boolean {
  return forms.some(({ value }) => value === null) || holdsValue(forms, row)
}

/** The value as a report calls it. */
export function told({ model, row, cell, forms, by, name }: Hidden): string {
  const what =
    cell === null ? `row ${row} of ${model}` : `${JSON.stringify(forms[0]?.value)} of ${model}.${name}, row ${row},`
  return `${what} (hidden by ${by ?? 'an undo'})`
}
