/** All kinds of changes; a kind without a definition does not compile. */
import type { ChangeKind } from '../change.ts'
import { type AddCheck, addCheck } from './addCheck.ts'
import { type AddColumn, addColumn } from './addColumn.ts'
import { type AddUnique, addUnique } from './addUnique.ts'
import { type CreateIndex, createIndex } from './createIndex.ts'
import { type CreateTable, createTable } from './createTable.ts'
import { type DropCheck, dropCheck } from './dropCheck.ts'
import { type DropColumn, dropColumn } from './dropColumn.ts'
import { type DropIndex, dropIndex } from './dropIndex.ts'
import { type DropTable, dropTable } from './dropTable.ts'
import { type DropUnique, dropUnique } from './dropUnique.ts'
import { type RenameColumn, renameColumn } from './renameColumn.ts'
import { type RenameConstraint, renameConstraint } from './renameConstraint.ts'
import { type RenameIndex, renameIndex } from './renameIndex.ts'
import { type RestoreColumn, restoreColumn } from './restoreColumn.ts'
import { type RestoreTable, restoreTable } from './restoreTable.ts'
import { type SetAsideColumn, setAsideColumn } from './setAsideColumn.ts'
import { type SetAsideTable, setAsideTable } from './setAsideTable.ts'

/** One physical alteration of a target. */
export type Change =
  | AddCheck
  | AddColumn
  | AddUnique
  | CreateIndex
  | CreateTable
  | DropCheck
  | DropColumn
  | DropIndex
  | DropTable
  | DropUnique
  | RenameColumn
  | RenameConstraint
  | RenameIndex
  | RestoreColumn
  | RestoreTable
  | SetAsideColumn
  | SetAsideTable

type Kinds = { readonly [Kind in Change['kind']]: ChangeKind<Extract<Change, { kind: Kind }>> }

/** The definition of each kind. */
export const CHANGES: Kinds = {
  addCheck,
  addColumn,
  addUnique,
  createIndex,
  createTable,
  dropCheck,
  dropColumn,
  dropIndex,
  dropTable,
  dropUnique,
  renameColumn,
  renameConstraint,
  renameIndex,
  restoreColumn,
  restoreTable,
  setAsideColumn,
  setAsideTable,
}

/** The definition that fits a change. */
export function kindOf<C extends Change>(change: C): ChangeKind<C> {
  // The registry pairs each kind with its own definition; TypeScript cannot follow that through a union.
  return CHANGES[change.kind] as unknown as ChangeKind<C>
}
