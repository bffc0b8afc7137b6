/** What ALTER TABLE does to tables that are in use, part by part, and what to do instead. */
import type { Tree } from '../../parser.ts'
import { listOf } from '../../tree/made.ts'
import { isCastOf, keepsRows, mayCut, typeOfText, typeOfTree } from '../../tree/types.ts'
import type { Found, Proven } from './hazard.ts'
import { droppedText } from './loss.ts'
import { byIndex, byScan, keptOut, notValid, ofColumn } from './newColumns.ts'

/** What a command of ALTER TABLE is about. */
export interface Altered {
  readonly table: string
  /** Of types and views nobody waits for rows. */
  readonly isTable: boolean
  /** Whether the text made the table: then nobody waits for it. */
  readonly isMade: boolean
  /** Whether the text made that column, so that its values are nobody's. */
  readonly isMadeColumn: (column: string) => boolean
  /** Whether the table is locked already, in the same transaction. */
  readonly isLocked: boolean
  /** Columns that a constraint proves to hold no NULL. */
  readonly proven: Proven
  /** Null where nobody knows the type. */
  readonly typeOf: (column: string) => string | null
  /** Of a way back: the old type takes all values that the old type had. */
  readonly isBack: boolean
}

const REWRITES: Readonly<Record<string, string>> = {
  AT_SetLogged: 'SET LOGGED',
  AT_SetUnLogged: 'SET UNLOGGED',
  AT_SetAccessMethod: 'SET ACCESS METHOD',
  AT_SetTableSpace: 'SET TABLESPACE',
  AT_SetExpression: 'SET EXPRESSION',
}

/** Of one command. */
export function hazardsOfCommand(command: Tree, at: Altered): Found {
  return [...lossOf(command, at), ...(at.isMade || !at.isTable ? [] : waitingOf(command, at))]
}

function lossOf(
  { subtype, name, def, behavior }: Tree,
  { table, isMade, isMadeColumn, typeOf, isBack }: Altered,
): Found {
  const column = String(name)
  if (isMade) return []
  if (subtype === 'AT_DropColumn' || subtype === 'AT_DropConstraint') {
    const isLost = subtype === 'AT_DropColumn' && !isMadeColumn(column)
    const gone = `${droppedText({ table, column })} are gone, and no undo brings them back`
    const cascade = `CASCADE takes whatever depends on ${table}.${column}: drop each by its name instead`
    return [
      ...(isLost ? [['LOSES_DATA', gone] as const] : []),
      ...(behavior === 'DROP_CASCADE' && (isLost || subtype === 'AT_DropConstraint')
        ? [['LOSES_DATA', cascade] as const]
        : []),
    ]
  }
  if (isMadeColumn(column)) return []
  if (subtype !== 'AT_AlterColumnType' || isBack) return []
  const { typeName, raw_default } = (def as { ColumnDef: Tree }).ColumnDef
  const from = typeOf(column)
  const isComputed = raw_default !== undefined && !isCastOf(raw_default, column)
  if (!isComputed && !mayCut(from === null ? null : typeOfText(from), typeOfTree(typeName))) return []
  const how = isComputed ? 'are replaced by what USING computes' : 'may not fit into its new type'
  return [['LOSES_DATA', `the values of ${table}.${column} ${how}: add another column, and fill it instead`]]
}

function waitingOf(command: Tree, at: Altered): Found {
  const { subtype, name, def } = command
  const { table } = at
  const { ColumnDef: column, Constraint: constraint, PartitionCmd: partition } = (def ?? {}) as Record<string, Tree>
  const rewrite = REWRITES[String(subtype)]
  if (rewrite !== undefined) return [['REWRITES_TABLE', `${rewrite} writes ${table} anew ${keptOut(table)}`]]
  switch (subtype) {
    case 'AT_AddColumn':
      return column === undefined ? [] : ofColumn(column, table)
    case 'AT_AddConstraint':
      return constraint === undefined ? [] : ofConstraint(constraint, at)
    case 'AT_AlterColumnType':
      return column === undefined ? [] : ofType(String(name), column, at)
    case 'AT_SetNotNull':
      return at.proven.columns.has(String(name)) ? [] : [['SCANS_TABLE', byScan(table, String(name))]]
    case 'AT_ValidateConstraint':
      return ofValidation(String(name), at)
    case 'AT_AttachPartition': {
      const part = String((partition?.name as Tree | undefined)?.relname)
      return [
        [
          'SCANS_TABLE',
          `ATTACH PARTITION reads all rows of ${part} ${keptOut(part)}: add a CHECK of its bounds NOT VALID, and validate it, before`,
        ],
      ]
    }
    default:
      return []
  }
}

function ofConstraint(constraint: Tree, { table, proven }: Altered): Found {
  const { contype, conname, indexname, is_enforced, skip_validation } = constraint
  const isChecked = skip_validation !== true
  const columns = notNullColumns(constraint)
  for (const column of columns) if (isChecked) proven.columns.add(column)
  if (!isChecked) proven.checks.set(String(conname), columns)
  if (contype === 'CONSTR_CHECK')
    return isChecked && is_enforced === true ? [['SCANS_TABLE', notValid('CHECK', table)]] : []
  if (contype === 'CONSTR_FOREIGN')
    return isChecked && is_enforced === true
      ? [['SCANS_TABLE', notValid('a foreign key', table, 'SHARE ROW EXCLUSIVE')]]
      : []
  if (contype === 'CONSTR_NOTNULL') return isChecked ? [['SCANS_TABLE', byScan(table, columns.join(', '))]] : []
  if (contype === 'CONSTR_EXCLUSION')
    return [
      [
        'INDEX_BUILD',
        `EXCLUDE builds its index ${keptOut(table)}, and has no other way: keep the table small, or choose a quiet hour`,
      ],
    ]
  return indexname === undefined ? [['INDEX_BUILD', byIndex(table)]] : []
}

/** The columns of which a constraint says that they are not NULL. */
function notNullColumns({ contype, keys, raw_expr }: Tree): readonly string[] {
  if (contype === 'CONSTR_NOTNULL') return listOf(keys).map((key) => String((key.String as Tree).sval))
  return contype === 'CONSTR_CHECK' ? notNullIn((raw_expr ?? {}) as Tree) : []
}

function notNullIn({ NullTest: test, BoolExpr: both }: Tree): readonly string[] {
  const { boolop, args } = (both ?? {}) as Tree
  if (boolop === 'AND_EXPR') return listOf(args).flatMap(notNullIn)
  const { nulltesttype, arg } = (test ?? {}) as Tree
  const { ColumnRef: reference } = (arg ?? {}) as Record<string, Tree>
  const last = listOf(reference?.fields).at(-1) as { String?: Tree } | undefined
  return nulltesttype === 'IS_NOT_NULL' && last?.String !== undefined ? [String(last.String.sval)] : []
}

function ofValidation(constraint: string, { table, isLocked, proven }: Altered): Found {
  for (const column of proven.checks.get(constraint) ?? []) proven.columns.add(column)
  if (!isLocked) return []
  return [
    [
      'SCANS_TABLE',
      `VALIDATE CONSTRAINT reads all rows of ${table} while a lock of the same transaction keeps others out: put "-- schema-saga: new transaction" before it`,
    ],
  ]
}

function ofType(name: string, { typeName, raw_default }: Tree, { table, typeOf }: Altered): Found {
  const from = typeOf(name)
  const isPlain = raw_default === undefined || isCastOf(raw_default, name)
  if (from !== null && isPlain && keepsRows(typeOfText(from), typeOfTree(typeName))) return []
  const unless = from === null && isPlain ? ', unless the new type only lifts a limit' : ''
  return [
    [
      'REWRITES_TABLE',
      `a new type of ${name} writes ${table} anew ${keptOut(table)}${unless}: add another column, fill it in batches, and let applications change over`,
    ],
  ]
}
