/** Who waits for a statement, and which applications no longer find what they ask for. */
import type { Tree } from '../../parser.ts'
import { commandsOf } from '../../rows.ts'
import { nameIn } from '../../tree/made.ts'
import { hazardsOfCommand } from './commands.ts'
import type { At, Found, Read } from './hazard.ts'
import { keptOut } from './newColumns.ts'

/** Of one statement. */
export function waitingOf(statement: Read, at: At): Found {
  const { kind, tree } = statement
  const { relation } = tree
  const isMade = at.made.has(relation)
  if (kind === 'AlterTableStmt') return commandsOf(statement).flatMap((command) => altered(command, tree, at))
  if (kind === 'IndexStmt') {
    // Of a partitioned table alone it builds nothing.
    const isBuilt = tree.concurrent !== true && !isMade && (relation as Tree).inh === true
    const what = `CREATE INDEX reads all rows ${keptOut(nameIn(relation), 'SHARE')}: name it, and write CONCURRENTLY`
    return isBuilt ? [['INDEX_BUILD', what]] : []
  }
  if (kind === 'RenameStmt') return isMade ? [] : renamed(tree)
  if (kind === 'AlterDomainStmt') return ofDomain(tree)
  if (kind === 'AlterEnumStmt' && tree.oldVal !== undefined) {
    return [
      [
        'BREAKS_OLD_READERS',
        `applications that run know the value '${String(tree.oldVal)}' only: add the new one, and change over`,
      ],
    ]
  }
  if (kind === 'VacuumStmt' && JSON.stringify(tree.options ?? []).includes('"full"')) {
    return [['REWRITES_TABLE', `VACUUM FULL writes all rows anew ${keptOut('its tables')}: leave FULL out`]]
  }
  if (kind === 'RefreshMatViewStmt' && tree.concurrent !== true && tree.skipData !== true && !isMade) {
    const view = nameIn(relation)
    return [
      ['REWRITES_TABLE', `REFRESH fills ${view} anew ${keptOut(view)}: write CONCURRENTLY where it has a unique index`],
    ]
  }
  return []
}

function altered(command: Tree, { relation, objtype }: Tree, { made, locks, proven, typeOf, isBack }: At): Found {
  const table = nameIn(relation)
  return hazardsOfCommand(command, {
    table,
    isTable: objtype === 'OBJECT_TABLE' || objtype === 'OBJECT_MATVIEW',
    isMade: made.has(relation),
    isMadeColumn: (column) => made.hasColumn(relation, column),
    isLocked: locks.holds(table),
    proven: proven(table),
    typeOf: (column) => typeOf(table, column),
    isBack,
  })
}

/** Every table with a column of the domain is read. */
function ofDomain({ subtype, def }: Tree): Found {
  const ofUsers = keptOut('the tables that use the domain', 'SHARE')
  const constraint = (def as { Constraint?: Tree } | undefined)?.Constraint
  if (subtype === 'C' && constraint?.skip_validation !== true) {
    return [
      [
        'SCANS_TABLE',
        `a constraint reads all rows ${ofUsers}: add it NOT VALID, and validate it in the next transaction`,
      ],
    ]
  }
  const what = `SET NOT NULL reads all rows ${ofUsers}: add CHECK (VALUE IS NOT NULL) NOT VALID, and validate it`
  return subtype === 'O' ? [['SCANS_TABLE', what]] : []
}

/** What applications name. */
const NAMED: Readonly<Record<string, string>> = {
  OBJECT_TABLE: 'table',
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'materialized view',
  OBJECT_COLUMN: 'column',
  OBJECT_ATTRIBUTE: 'attribute',
  OBJECT_SEQUENCE: 'sequence',
  OBJECT_TYPE: 'type',
  OBJECT_DOMAIN: 'domain',
  OBJECT_FUNCTION: 'function',
  OBJECT_PROCEDURE: 'procedure',
  OBJECT_ROUTINE: 'routine',
  OBJECT_AGGREGATE: 'aggregate',
}

function renamed({ renameType, relation, subname, newname }: Tree): Found {
  const what = NAMED[String(renameType)]
  if (what === undefined) return []
  const of = relation === undefined ? '' : ` ${nameIn(relation)}`
  const name = `${what}${of}${subname === undefined ? '' : `.${String(subname)}`}`
  return [
    [
      'BREAKS_OLD_READERS',
      `applications that run do not find the ${name} as "${String(newname)}": let both names be there while they change over`,
    ],
  ]
}
