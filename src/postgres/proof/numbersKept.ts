/** Numbers that a proof draws from sequences are drawn again on targets: no rollback would take them back on the base. */
import type { ClientBase } from 'pg'
import { ident } from '../../physical/sql.ts'

const SEQUENCES = `SELECT c.relname::text AS name, s.seqincrement::text AS step, s.seqmin::text AS least, s.seqmax::text AS most
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_sequence s ON s.seqrelid = c.oid
 WHERE n.nspname = $1 AND pg_has_role(c.relowner, 'USAGE') ORDER BY c.relname`

interface Sequence {
  readonly name: string
  readonly step: string
  readonly least: string
  readonly most: string
}

/**
 * Lets the sequences of a namespace go on where they are in a storage of their own, which goes with the transaction. The
 * names of those sequences: the transaction has touched them from now on.
 */
export async function keepNumbers(client: ClientBase, namespace: string): Promise<readonly string[]> {
  const { rows: sequences } = await client.query<Sequence>(SEQUENCES, [namespace])
  if (sequences.length === 0) return []
  const placed = (name: string): string => `${ident(namespace)}.${ident(name)}`
  const positions = sequences.map(
    ({ name }, index) => `SELECT ${index} AS at, last_value::text AS last, is_called FROM ${placed(name)}`,
  )
  const { rows } = await client.query<{ at: number; last: string; is_called: boolean }>(positions.join(' UNION ALL '))
  const statements = rows.flatMap(({ at, last, is_called }) => {
    const { name, step, least, most } = sequences[at] as Sequence
    const next = BigInt(last) + (is_called ? BigInt(step) : 0n)
    return next < BigInt(least) || next > BigInt(most) ? [] : [`ALTER SEQUENCE ${placed(name)} RESTART WITH ${next}`]
  })
  if (statements.length > 0) await client.query(statements.join('; '))
  return sequences.map(({ name }) => name)
}
