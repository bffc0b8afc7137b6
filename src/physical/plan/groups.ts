/** What may share a transaction: statements that need no stage of their own, and lock at most one table that is in use. */
import type { Step } from '../change.ts'
import { type Change, kindOf } from '../changes/index.ts'
import { type Renaming, tablesInPostgres } from '../naming.ts'
import type { PhysicalSchema } from '../schema.ts'
import { type ChangeStep, lockedBy } from './locks.ts'

/** Statements that run together. */
export interface Group {
  readonly parts: ChangeStep[]
  /** The changes of which the first statement is here: undone together. */
  readonly begins: Change[]
  /** The schema before the first of them. */
  readonly before: PhysicalSchema
  /** The tables in use, by the names that they had at first, that are locked here. */
  readonly locked: Set<string>
}

/** Which table bears a name, while changes rename some and make others: by its first name, or null for a new one. */
export type Identities = ReadonlyMap<string, string | null>

/** A change with the statements that it means here. */
export type Work = readonly [change: Change, steps: readonly Step[]]

/** Where a list of changes begins. */
export interface Beginning {
  readonly schema: PhysicalSchema
  readonly identities: Identities
}

/** The groups of the changes, and where they lead. */
export function grouped(from: Beginning, works: readonly Work[]): { groups: readonly Group[]; to: Beginning } {
  const groups: Group[] = []
  let { schema, identities } = from
  for (const [change, steps] of works) {
    const after = kindOf(change).apply(schema, change)
    const known = identities
    const place = (step: Step | null, before: PhysicalSchema): Group => {
      const last = groups.at(-1)
      const tables = step === null ? [] : tablesInUse(known, { change, step })
      const group = last !== undefined && joins(last, step, tables) ? last : opened(groups, before)
      for (const table of tables) group.locked.add(table)
      if (step !== null) group.parts.push({ change, step })
      return group
    }
    const [first = null, ...others] = steps
    place(first, schema).begins.push(change)
    for (const step of others) place(step, after)
    schema = after
    identities = followed(identities, change)
  }
  return { groups, to: { schema, identities } }
}

/** Every table bears its own name. */
export function identitiesOf({ tables }: PhysicalSchema): Identities {
  return new Map(Object.keys(tables).map((name) => [name, name]))
}

function opened(groups: Group[], before: PhysicalSchema): Group {
  const group = { parts: [], begins: [], before, locked: new Set<string>() }
  groups.push(group)
  return group
}

function joins({ parts, locked }: Group, step: Step | null, tables: readonly string[]): boolean {
  if (step === null) return true
  const shares = (each: Step): boolean => each.kind === 'transaction' && !each.alone
  if (!shares(step) || !parts.every((part) => shares(part.step))) return false
  return new Set([...locked, ...tables]).size <= 1
}

/** A table that the changes themselves have made keeps nobody waiting. */
function tablesInUse(identities: Identities, part: ChangeStep): readonly string[] {
  return lockedBy(part).flatMap((name) => {
    const identity = identities.get(name)
    return identity === null ? [] : [identity ?? name]
  })
}

function followed(identities: Identities, change: Change): Identities {
  return tablesInPostgres(kindOf(change).names(change)).reduce(renamedTable, identities)
}

function renamedTable(identities: Identities, { from, to }: Renaming): Identities {
  if (to === null) return identities
  if (from === null) return new Map([...identities, [to, null]])
  const next = new Map(identities)
  const identity = next.get(from)
  next.delete(from)
  return next.set(to, identity === undefined ? from : identity)
}
