/** All kinds of changes; a kind without a definition does not compile. */
import type { ChangeKind, Step } from '../change.ts'
import { type AddColumn, addColumn } from './columns/addColumn.ts'
import { type CarryColumn, carryColumn } from './columns/carryColumn.ts'
import { type DropColumn, dropColumn } from './columns/dropColumn.ts'
import { type DropDefault, dropDefault } from './columns/dropDefault.ts'
import { type ReadyColumn, readyColumn } from './columns/readyColumn.ts'
import { type RenameColumn, renameColumn } from './columns/renameColumn.ts'
import { type RestoreColumn, restoreColumn } from './columns/restoreColumn.ts'
import { type SetAsideColumn, setAsideColumn } from './columns/setAsideColumn.ts'
import { type SetDefault, setDefault } from './columns/setDefault.ts'
import { type AddCheck, addCheck } from './constraints/addCheck.ts'
import { type AddForeignKey, addForeignKey } from './constraints/addForeignKey.ts'
import { type AddUnique, addUnique } from './constraints/addUnique.ts'
import { type CreateIndex, createIndex } from './constraints/createIndex.ts'
import { type DropCheck, dropCheck } from './constraints/dropCheck.ts'
import { type DropForeignKey, dropForeignKey } from './constraints/dropForeignKey.ts'
import { type DropIndex, dropIndex } from './constraints/dropIndex.ts'
import { type DropNotNull, dropNotNull } from './constraints/dropNotNull.ts'
import { type DropUnique, dropUnique } from './constraints/dropUnique.ts'
import { type RenameConstraint, renameConstraint } from './constraints/renameConstraint.ts'
import { type RenameIndex, renameIndex } from './constraints/renameIndex.ts'
import { type SetNotNull, setNotNull } from './constraints/setNotNull.ts'
import { type CopyColumn, copyColumn } from './rows/copyColumn.ts'
import { type EmptyFilled, emptyFilled } from './rows/emptyFilled.ts'
import { type FillNulls, fillNulls } from './rows/fillNulls.ts'
import { type SyncColumns, syncColumns } from './rows/syncColumns.ts'
import { type UnsyncColumns, unsyncColumns } from './rows/unsyncColumns.ts'
import { type CreateTable, createTable } from './tables/createTable.ts'
import { type DropTable, dropTable } from './tables/dropTable.ts'
import { type RenameTable, renameTable } from './tables/renameTable.ts'
import { type RestoreTable, restoreTable } from './tables/restoreTable.ts'
import { type SetAsideTable, setAsideTable } from './tables/setAsideTable.ts'

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

/** The statements of a change that is part of an undo. */
export function undoSteps<C extends Change>(change: C): readonly Step[] {
  const { toUndoSql, toSql } = kindOf(change)
  return (toUndoSql ?? toSql)(change)
}
