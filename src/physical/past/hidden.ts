/** What a target holds under names of what is set aside, whatever its bookkeeping makes of that. */
import type { Difference } from '../equality.ts'

/** A column or a table that is there. */
export interface Hidden {
  /** The table of a column; null for a table. */
  readonly table: string | null
  readonly asideName: string
  /** The names it had, by the bookkeeping: by any row about it, also one by which it is back or dropped. */
  readonly was: readonly string[]
  /** The bookkeeping has it as set aside now; it has not where a dump of other days was restored. */
  readonly known: boolean
}

/**
 * The name under which a missing column may be there: beside it an empty one would hide its values. A set-aside column that
 * the bookkeeping does not know as one shows that the table is of another day, and may be any that is missing from it.
 */
export function hiddenColumn(hidden: readonly Hidden[], table: string, column: string): string | null {
  const beside = hidden.filter((each) => each.table === table)
  const found = beside.find((each) => mayBe(each, column)) ?? beside.find(({ known }) => !known)
  return found?.asideName ?? null
}

/** The same for a table. */
export function hiddenTable(hidden: readonly Hidden[], name: string): string | null {
  return hidden.find((each) => each.table === null && mayBe(each, name))?.asideName ?? null
}

/** What is missing and may be there under another name, with that instead of nothing. */
export function withHidden(found: readonly Difference[], hidden: readonly Hidden[]): readonly Difference[] {
  return found.map((difference) => {
    if (difference.kind !== 'missing' || difference.actual !== null) return difference
    const [table = '', column] = difference.object.split('.')
    const name = column === undefined ? hiddenTable(hidden, table) : hiddenColumn(hidden, table, column)
    return name === null
      ? difference
      : { ...difference, actual: `may be set aside as "${name}": bring that back, nothing is added beside it` }
  })
}

/** An undo of a later attempt adds its number to a name that is taken. */
function mayBe({ asideName, was }: Hidden, name: string): boolean {
  return was.includes(name) || asideName.replace(/_e\d+$/, '').endsWith(`_${name}`) || asideName.endsWith(`_${name}`)
}
