/** Whether our role may take off what is left on a target: a dump may have been restored by somebody else. */
import type { ClientBase } from 'pg'
import type { Target } from '../../contract.ts'
import { TargetDrifted } from '../../errors.ts'
import { ident } from '../../physical/sql.ts'
import { whereOf } from '../sessions/servers.ts'
import { type Leftover, objectOf } from './leftover.ts'

/** Of one leftover. */
export interface Ownership {
  /** The role that owns the table, for which ours may not act; null where it may, or where there is no table. */
  readonly foreign: string | null
  readonly role: string
  /** Of the trigger on such a table. */
  readonly trigger: string | null
  /** Whether our role may drop the function; a function without a trigger harms nobody. */
  readonly mayDropFunction: boolean
}

const OWNERS = `
  SELECT p.proname::text AS name, NULL::text AS "table", pg_catalog.quote_ident(current_user) AS role,
         f.owner AS "foreign", f.tgname::text AS trigger,
         pg_catalog.pg_has_role(p.proowner, 'USAGE') OR pg_catalog.pg_has_role(n.nspowner, 'USAGE') AS "mayDropFunction"
    FROM pg_catalog.pg_namespace n JOIN pg_catalog.pg_proc p ON p.pronamespace = n.oid
    LEFT JOIN LATERAL (
      SELECT t.tgname, pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(c.relowner)) AS owner
        FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
       WHERE t.tgfoid = p.oid AND t.tgparentid = 0 AND NOT pg_catalog.pg_has_role(c.relowner, 'USAGE')
       ORDER BY 1 LIMIT 1) f ON true
   WHERE n.nspname = $1 AND p.proname = ANY ($2)
   UNION ALL
  SELECT k.conname::text, c.relname::text, pg_catalog.quote_ident(current_user),
         CASE WHEN NOT pg_catalog.pg_has_role(c.relowner, 'USAGE')
              THEN pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(c.relowner)) END, NULL, true
    FROM pg_catalog.pg_namespace n JOIN pg_catalog.pg_constraint k ON k.connamespace = n.oid
    JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
   WHERE n.nspname = $1 AND k.conname = ANY ($2)`

/** What may be done with each of them. */
export async function ownershipOf(
  client: ClientBase,
  namespace: string,
  left: readonly Leftover[],
): Promise<(of: Leftover) => Ownership | undefined> {
  const names = left.map(({ name }) => name)
  const { rows } = await client.query<Ownership & { name: string; table: string | null }>(OWNERS, [namespace, names])
  return ({ kind, name, table }) =>
    rows.find((row) => row.name === name && row.table === (kind === 'proof' ? table : null))
}

/** Says of what must stay whose it is, and what ends it. */
export function belongsToOthers(
  target: Target,
  namespace: string,
  theirs: readonly { readonly left: Leftover; readonly owned: Ownership }[],
): TargetDrifted {
  const parts = theirs.map(({ left, owned: { foreign, role, trigger } }) => {
    const table = `${ident(namespace)}.${ident(left.table ?? '')}`
    const drop =
      left.kind === 'proof'
        ? `ALTER TABLE ${table} DROP CONSTRAINT ${ident(left.name)}`
        : `DROP TRIGGER ${ident(trigger ?? '')} ON ${table}`
    return `${objectOf(left)} was left active by a finished operation, on a table of ${foreign}, for whom our role ${role} may not act: let ${foreign} run \`${drop}\`, or run \`GRANT ${foreign} TO ${role}\``
  })
  return new TargetDrifted('TARGET_UNFIT', `${whereOf(target)}: ${parts.join('; ')}.`, {
    details: { objects: theirs.map(({ left }) => objectOf(left)) },
  })
}
