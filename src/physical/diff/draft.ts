/** What a mutation means for the tables, while it is being found out. */
import type { FieldCopy } from '../../logical/mutation.ts'
import type { Change } from '../changes/index.ts'
import type { DataCheck } from '../plan/checks.ts'
import type { Memory } from './memory.ts'

/** Changes by when they run: rows are written between `prepare` and `change`, indexes are built last. */
export interface Draft {
  readonly prepare: readonly Change[]
  readonly fill: readonly Change[]
  readonly change: readonly Change[]
  readonly after: readonly Change[]
  readonly checks: readonly DataCheck[]
}

/** Names that are unique in a plan, and what only the mutation itself knows. */
export interface DraftContext {
  /** `<operation>_<n>`, a new one for each call; the same for the same plan. */
  readonly nextName: () => { readonly name: string; readonly number: number; readonly prefix: string }
  /** Of the mutation, also when it is taken back. */
  readonly copies: readonly FieldCopy[]
  /** What the operation that is taken back had set aside; absent for a mutation. */
  readonly memory?: Memory
}

export const NO_CHANGES: Draft = { prepare: [], fill: [], change: [], after: [], checks: [] }

/** A draft of which only some parts are given. */
export function draft(parts: Partial<Draft>): Draft {
  return { ...NO_CHANGES, ...parts }
}

/** Several drafts as one. */
export function combined(drafts: readonly Draft[]): Draft {
  return {
    prepare: drafts.flatMap((each) => each.prepare),
    fill: drafts.flatMap((each) => each.fill),
    change: drafts.flatMap((each) => each.change),
    after: drafts.flatMap((each) => each.after),
    checks: drafts.flatMap((each) => each.checks),
  }
}

/** The changes of a draft in the order in which they run. */
export function inOrder({ prepare, fill, change, after }: Draft): readonly Change[] {
  return [...prepare, ...fill, ...change, ...after]
}
