/**
 * Which statements run on targets: allowed by the name of their node, and by what is in them. A node that a newer grammar
 * brings is refused until somebody names it here.
 */
import { MutationRejected } from '../../../errors.ts'
import type { Statement } from '../../parser.ts'
import type { Check, Reading } from './check.ts'
import {
  alterTable,
  comment,
  concurrentIndex,
  createTable,
  defaultPrivileges,
  doBlock,
  dropped,
  functionLanguage,
  grant,
  kept,
  kindOf,
  madeRelation,
  renamed,
  vacuum,
} from './objects.ts'
import { query, setLocal } from './queries.ts'

const always: Check = () => null

/** Every statement that runs, by its node. */
const ALLOWED: Readonly<Record<string, Check>> = {
  CreateStmt: createTable,
  AlterTableStmt: alterTable,
  DropStmt: dropped,
  RenameStmt: renamed,
  IndexStmt: concurrentIndex,
  ViewStmt: madeRelation('view'),
  CreateSeqStmt: madeRelation('sequence'),
  AlterSeqStmt: always,
  CreateTableAsStmt: query,
  RefreshMatViewStmt: always,
  CreateEnumStmt: kept('typeName'),
  AlterEnumStmt: always,
  CompositeTypeStmt: madeRelation('typevar'),
  CreateRangeStmt: kept('typeName'),
  CreateDomainStmt: kept('domainname'),
  AlterDomainStmt: always,
  DefineStmt: kindOf('kind', 'CREATE'),
  CreateFunctionStmt: functionLanguage,
  AlterFunctionStmt: kindOf('objtype', 'ALTER'),
  CreateTrigStmt: always,
  CreatePolicyStmt: always,
  AlterPolicyStmt: always,
  RuleStmt: always,
  CreateStatsStmt: kept('defnames'),
  AlterStatsStmt: always,
  AlterOwnerStmt: kindOf('objectType', 'ALTER'),
  CommentStmt: comment,
  GrantStmt: grant,
  AlterDefaultPrivilegesStmt: defaultPrivileges,
  InsertStmt: query,
  UpdateStmt: query,
  DeleteStmt: query,
  MergeStmt: query,
  SelectStmt: query,
  TruncateStmt: always,
  CallStmt: always,
  LockStmt: always,
  DoStmt: doBlock,
  ConstraintsSetStmt: always,
  VariableSetStmt: setLocal,
  ReindexStmt: ({ kind, params, relation }) => {
    const isConcurrent = JSON.stringify(params ?? []).includes('"concurrently"')
    const isOfTable = relation !== undefined && (kind === 'REINDEX_OBJECT_INDEX' || kind === 'REINDEX_OBJECT_TABLE')
    return isConcurrent && isOfTable
      ? null
      : 'it keeps applications out, or goes beyond the namespace: write REINDEX INDEX CONCURRENTLY or REINDEX TABLE CONCURRENTLY with a name'
  },
  VacuumStmt: vacuum,
}

const DATABASE = 'it belongs to the whole database: have its owner run it there'
const SERVER = 'it belongs to the whole server: run it there yourself, before'
const ROLES = 'roles belong to the whole server: make them there before, and GRANT on objects here'
const EXTENSIONS =
  'extensions belong to the whole database: have its owner run this in every database, and leave it out here'
const FOREIGN = 'foreign tables and servers lead out of the namespace: set them up in each database yourself'
const SESSION = 'it is about a session, and each target has another one: leave it out'
const CURSORS = 'a cursor or a prepared statement stays in the session: write the statement itself, or a loop in DO'
const REPLICATION = 'publications and subscriptions belong to the whole database: have its owner run it there'
const UNDESCRIBED = 'the record of a namespace has no line for its kind, so that nothing could prove its way back'

/** What to do instead, for what people do write. */
const WAYS: readonly (readonly [RegExp, string])[] = [
  [/^TransactionStmt$/, 'each stage is a transaction already: part them with "-- schema-saga: new transaction"'],
  [/^CopyStmt$/, 'it reads or writes outside the database: write rows as INSERT'],
  [/^CreateSchemaStmt$/, 'targets have their namespaces already: name objects without a namespace'],
  [/Extension/, EXTENSIONS],
  [/Role|^DropOwnedStmt|^ReassignOwnedStmt/, ROLES],
  [/^(Create|Alter|Drop)?(db|Database)|Database|TableSpace|AlterSystem|CheckPoint|TableMoveAll/, SERVER],
  [/Foreign|Fdw|UserMapping/, FOREIGN],
  [/Publication|Subscription/, REPLICATION],
  [/EventTrig|CreateCast|PLang|CreateAm|Transform/, DATABASE],
  [/^(Prepare|Execute|Deallocate|DeclareCursor|Fetch|ClosePortal)Stmt$/, CURSORS],
  [/^(Listen|Unlisten|Discard|Load|VariableShow)Stmt$/, SESSION],
  [/^NotifyStmt$/, 'it would tell of a target before the whole is done: let the hook afterCommit send it'],
  [/^ExplainStmt$/, 'it changes nothing: ask it in psql'],
  [/^ClusterStmt$/, 'it keeps applications out while it rewrites the table: leave it out'],
  [/^AlterObjectSchemaStmt$/, 'it would take the object out of the namespace: make it where it belongs'],
  [/^SecLabelStmt$|OpClass|OpFamily|Operator|Conversion|Collation|^AlterTS|^AlterTypeStmt$|ObjectDepends/, UNDESCRIBED],
]

/** Errors: `STATEMENT_UNSUPPORTED`. `place` as messages have it. */
export function refuseUnsupported(statement: Statement, reading: Reading, place: string): void {
  const { kind, tree } = statement
  const check = Object.hasOwn(ALLOWED, kind) ? ALLOWED[kind] : undefined
  const why = check === undefined ? wayOf(kind) : check(tree, reading)
  if (why !== null) throw unsupported(place, wordsOf(statement), why)
}

function wayOf(kind: string): string {
  return WAYS.find(([kinds]) => kinds.test(kind))?.[1] ?? 'it is not among the statements that run on all targets'
}

/** What is wrong with a statement, as all refusals say it. */
export function unsupported(place: string, what: string, why: string): MutationRejected {
  return new MutationRejected('STATEMENT_UNSUPPORTED', `${place}: ${what} does not run: ${why}.`)
}

/** The words that a statement begins with: `CREATE EXTENSION`, `SET search_path`. */
export function wordsOf({ kind, tokens }: Pick<Statement, 'kind' | 'tokens'>): string {
  const own = tokens.filter(({ tokenName }) => !tokenName.endsWith('_COMMENT'))
  if (kind === 'VariableSetStmt') {
    const [first, second, third] = own.map(({ text }) => text)
    return second?.toLowerCase() === 'local' || second?.toLowerCase() === 'session'
      ? `${first?.toUpperCase()} ${second.toUpperCase()} ${third}`
      : `${first?.toUpperCase()} ${second}`
  }
  const until = own.findIndex(
    ({ keywordName, text }) => keywordName === 'NO_KEYWORD' || /^(if|from|to|isolation|read)$/i.test(text),
  )
  const words = own.slice(0, until < 0 ? own.length : until).map(({ text }) => text.toUpperCase())
  return words.slice(0, MOST_WORDS[kind] ?? 3).join(' ')
}

/** Where others than three say what it is. */
const MOST_WORDS: Readonly<Record<string, number>> = {
  GrantStmt: 1,
  GrantRoleStmt: 1,
  CreateFunctionStmt: 4,
  ViewStmt: 4,
}
