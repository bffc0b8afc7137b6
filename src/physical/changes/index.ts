/** All kinds of changes; a kind without a definition does not compile. */
import type { ChangeKind } from '../change.ts'
import { type AddCheck, addCheck } from './addCheck.ts'
import { type AddColumn, addColumn } from './addColumn.ts'
import { type AddForeignKey, addForeignKey } from './addForeignKey.ts'
import { type AddUnique, addUnique } from './addUnique.ts'
import { type CarryColumn, carryColumn } from './carryColumn.ts'
import { type CopyColumn, copyColumn } from './copyColumn.ts'
import { type CreateIndex, createIndex } from './createIndex.ts'
import { type CreateTable, createTable } from './createTable.ts'
import { type DropCheck, dropCheck } from './dropCheck.ts'
import { type DropColumn, dropColumn } from './dropColumn.ts'
import { type DropDefault, dropDefault } from './dropDefault.ts'
import { type DropForeignKey, dropForeignKey } from './dropForeignKey.ts'
import { type DropIndex, dropIndex } from './dropIndex.ts'
import { type DropNotNull, dropNotNull } from './dropNotNull.ts'
import { type DropTable, dropTable } from './dropTable.ts'
import { type DropUnique, dropUnique } from './dropUnique.ts'
import { type EmptyFilled, emptyFilled } from './emptyFilled.ts'
import { type FillNulls, fillNulls } from './fillNulls.ts'
import { type ReadyColumn, readyColumn } from './readyColumn.ts'
import { type RenameColumn, renameColumn } from './renameColumn.ts'
import { type RenameConstraint, renameConstraint } from './renameConstraint.ts'
import { type RenameIndex, renameIndex } from './renameIndex.ts'
import { type RenameTable, renameTable } from './renameTable.ts'
import { type RestoreColumn, restoreColumn } from './restoreColumn.ts'
import { type RestoreTable, restoreTable } from './restoreTable.ts'
import { type SetAsideColumn, setAsideColumn } from './setAsideColumn.ts'
import { type SetAsideTable, setAsideTable } from './setAsideTable.ts'
import { type SetDefault, setDefault } from './setDefault.ts'
import { type SetNotNull, setNotNull } from './setNotNull.ts'
import { type SyncColumns, syncColumns } from './syncColumns.ts'
import { type UnsyncColumns, unsyncColumns } from './unsyncColumns.ts'

/** One physical alteration of a target. */
export type Change =
  | AddCheck
  | AddColumn
  | AddForeignKey
  | AddUnique
  | CarryColumn
  | CopyColumn
  | CreateIndex
  | CreateTable
  | DropCheck
  | DropColumn
  | DropDefault
  | DropForeignKey
  | DropIndex
  | DropNotNull
  | DropTable
  | DropUnique
  | EmptyFilled
  | FillNulls
  | ReadyColumn
  | RenameColumn
  | RenameConstraint
  | RenameIndex
  | RenameTable
  | RestoreColumn
  | RestoreTable
  | SetAsideColumn
  | SetAsideTable
  | SetDefault
  | SetNotNull
  | SyncColumns
  | UnsyncColumns

type Kinds = { readonly [Kind in Change['kind']]: ChangeKind<Extract<Change, { kind: Kind }>> }

/** The definition of each kind. */
export const CHANGES: Kinds = {
  addCheck,
  addColumn,
  addForeignKey,
  addUnique,
  carryColumn,
  copyColumn,
  createIndex,
  createTable,
  dropCheck,
  dropColumn,
  dropDefault,
  dropForeignKey,
  dropIndex,
  dropNotNull,
  dropTable,
  dropUnique,
  emptyFilled,
  fillNulls,
  readyColumn,
  renameColumn,
  renameConstraint,
  renameIndex,
  renameTable,
  restoreColumn,
  restoreTable,
  setAsideColumn,
  setAsideTable,
  setDefault,
  setNotNull,
  syncColumns,
  unsyncColumns,
}

/** The definition that fits a change. */
export function kindOf<C extends Change>(change: C): ChangeKind<C> {
  // The registry pairs each kind with its own definition; TypeScript cannot follow that through a union.
  return CHANGES[change.kind] as unknown as ChangeKind<C>
}
