/** What is said of tables whose rows policies would hide from us: a backfill, a check or an undo would see too few. */
import { StatementRefused } from '../../errors.ts'
import { ident } from '../../physical/sql.ts'
import { type Place, whereOf } from '../sessions/servers.ts'

const MOST_NAMED = 5

/** Tables of one namespace, and the role that does not see all of their rows. */
export interface HiddenRows {
  readonly namespace: string
  readonly tables: readonly string[]
  readonly role: string
}

/** Names the tables, the target and the two ways out. */
export function rowsHidden(target: Place, { namespace, tables, role }: HiddenRows): StatementRefused {
  const named = tables.slice(0, MOST_NAMED).join(', ')
  const more = tables.length > MOST_NAMED ? `, and ${tables.length - MOST_NAMED} more` : ''
  const [first = ''] = tables
  const bypass = `ALTER ROLE ${ident(role)} BYPASSRLS`
  const noForce = `ALTER TABLE ${ident(namespace)}.${ident(first)} NO FORCE ROW LEVEL SECURITY`
  return new StatementRefused(
    'ROWS_HIDDEN',
    `${whereOf(target)}: row level security would hide rows of ${named}${more} from the role ${role}, and the plan has to see all of them. Let the role see them (${bypass}), or let it own ${tables.length > 1 ? 'these tables' : 'the table'} without FORCE (${noForce}).`,
    { details: { tables, role } },
  )
}
