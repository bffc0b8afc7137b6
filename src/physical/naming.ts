/** What changes do to names: a table, a column or a part is called otherwise, is new, or is seen by nobody any more. */
import type { AsideObject } from './schema.ts'

/** `from` is null for what is new or comes back, `to` for what goes or is set aside. */
export interface Renaming {
  readonly from: string | null
  readonly to: string | null
}

/** The renaming of something on a table, which is called by the name that it has at that moment. */
export interface RenamingOn extends Renaming {
  readonly table: string
}

/** What bears a name on a table; of a constraint that is renamed nobody says which of the three before it is. */
export type Bearer = 'column' | 'foreignKey' | 'unique' | 'check' | 'constraint' | 'index'

/** A name on a table that a change is all about: something else bears it from then on, or it goes with what bore it. */
export interface OneName extends RenamingOn {
  readonly of: Bearer
  readonly from: string
}

/** Everything that one change does to names. */
export interface Naming {
  readonly tables: readonly Renaming[]
  readonly columns: readonly RenamingOn[]
  /** Constraints and indexes that get another name. */
  readonly parts: readonly RenamingOn[]
  /** What it sets aside, or brings back. */
  readonly aside: AsideObject | null
}

/** Of a change that leaves all names as they are. */
export const NO_NAMES: Naming = { tables: [], columns: [], parts: [], aside: null }

/** Of a change that does this to names, and nothing else. */
export function naming(some: Partial<Naming>): Naming {
  return { ...NO_NAMES, ...some }
}

/** What is set aside, or null. */
export function setAsideBy({ tables, columns, aside }: Naming): AsideObject | null {
  return [...tables, ...columns].some(({ to }) => to === null) ? aside : null
}

/** What had been set aside and is brought back, or null. */
export function broughtBackBy({ tables, columns, aside }: Naming): AsideObject | null {
  return [...tables, ...columns].some(({ from }) => from === null) ? aside : null
}

/** Whether nothing but something new comes of it. */
export function isNew({ tables, columns, aside }: Naming): boolean {
  return aside === null && [...tables, ...columns].some(({ from }) => from === null)
}

/** The tables as Postgres calls them: what is set aside goes on under the name that it has there. */
export function tablesInPostgres({ tables, aside }: Naming): readonly Renaming[] {
  return aside?.kind === 'table' ? tables.map((each) => inPostgres(each, aside)) : tables
}

/** The columns as Postgres calls them. */
export function columnsInPostgres({ columns, aside }: Naming): readonly RenamingOn[] {
  return aside?.kind === 'column' ? columns.map((each) => ({ ...each, ...inPostgres(each, aside) })) : columns
}

function inPostgres({ from, to }: Renaming, { asideName }: AsideObject): Renaming {
  return { from: from ?? asideName, to: to ?? asideName }
}

/** The name behind the renaming. */
export function renamed(name: string, { from, to }: Renaming): string {
  return name === from && to !== null ? to : name
}

/** The name in front of the renaming; null when there was none. */
export function nameBefore(name: string, { from, to }: Renaming): string | null {
  return name === to ? from : name
}
