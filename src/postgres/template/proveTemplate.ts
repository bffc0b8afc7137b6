/** Proves a template before it is used: built beside the base, compared with what was recorded, and taken back. */
import { randomBytes } from 'node:crypto'
import pg, { type ClientBase } from 'pg'
import type { Target } from '../../contract.ts'
import { linesNaming } from '../../sql/linesNaming.ts'
import type { NamespaceRecord } from '../../sql/record.ts'
import { type Counting, countedRecord } from '../../sql/recordCounting.ts'
import type { TargetPools } from '../sessions/pools.ts'
import { spend } from '../sessions/spent.ts'
import { prepareSession } from '../target/stage/execution.ts'
import { buildFromTemplate, countedLines, differenceBetween } from './buildFromTemplate.ts'
import { readForBase, type Template, type Unproven } from './template.ts'

/** What a template has to be. */
export interface Proof {
  readonly template: Unproven
  readonly base: Target
  /** The lines of the revision, everything included. */
  readonly recorded: NamespaceRecord
  readonly counting: Counting
  /** The base's namespace, and the one that its baseline was dumped from: its own role may be that of either. */
  readonly namespaces: readonly string[]
}

/** What became of it: one that is what was recorded, or why it is not, in words. */
export type Proven = { readonly template: Template } | { readonly difference: string }

/**
 * Errors: those of `buildBaseline`. Of a base that has extensions in its own namespace a copy prints in other words: there it is
 * built only, and each tenant is compared.
 */
export async function proveTemplate(pools: TargetPools, proof: Proof): Promise<Proven> {
  const { template, base, recorded, counting, namespaces } = proof
  const baseline = await readForBase(template)
  return await pools.withClient(base, async (client, own) => {
    spend(client)
    await prepareSession(client, { operationId: 'template', target: base })
    const namespace = `schema_saga_copy_${randomBytes(6).toString('hex')}`
    await client.query('BEGIN')
    try {
      await client.query(`CREATE SCHEMA ${pg.escapeIdentifier(namespace)}`)
      await buildFromTemplate(client, { baseline, source: template.source, namespace, recorded })
      const proven = { template: { ...template, locksShared: await locksShared(client, namespace) } }
      if (hasOwnExtension(recorded)) return proven
      const actual = await countedLines(client, namespace, { also: namespaces, counting })
      const naming = own === namespace ? [] : linesNaming(actual, own)
      if (naming.length > 0)
        return { difference: `texts of it name the namespace "${own}" itself: ${naming.join(', ')}` }
      const difference = differenceBetween(countedRecord(recorded, namespaces, counting), actual)
      return difference === null ? proven : { difference }
    } finally {
      await client.query('ROLLBACK')
    }
  })
}

async function locksShared(client: ClientBase, namespace: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `SELECT FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_class c ON c.oid = l.relation
       JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE l.pid = pg_catalog.pg_backend_pid() AND l.mode NOT IN ('AccessShareLock', 'RowShareLock')
        AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
        AND n.nspname NOT IN ($1, 'pg_catalog', 'pg_toast') LIMIT 1`,
    [namespace],
  )
  return rowCount !== 0
}

function hasOwnExtension({ lines, printing }: NamespaceRecord): boolean {
  return lines.some(({ kind }) => kind === 'extension') || Object.values(printing.extensions).includes('<namespace>')
}
