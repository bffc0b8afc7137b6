/** A copy of a base in a namespace of its own, for what one transaction cannot prove; it is dropped after, also when its worker died. */
import { randomBytes } from 'node:crypto'
import type { ClientBase } from 'pg'
import type { Target } from '../../contract.ts'
import { SagaError } from '../../errors.ts'
import { ident, literal } from '../../physical/sql.ts'
import type { NamespaceRecord } from '../../sql/record.ts'
import type { Queryable } from '../catalog/pool.ts'
import { type BaseCopy, forgetCopy, noteCopy, readCopies } from '../catalog/sql/copies.ts'
import type { TargetPools } from '../sessions/pools.ts'
import { spend } from '../sessions/spent.ts'
import { prepareSession } from '../target/stage/execution.ts'
import { buildFromTemplate } from '../template/buildFromTemplate.ts'
import { readForBase, type Template } from '../template/template.ts'

/** What copies are made with. */
export interface Copying {
  readonly catalog: Queryable
  readonly targetPools: TargetPools
}

/** What a copy is made of, and of whose base. */
export interface CopyWish {
  readonly project: string
  readonly base: Target
  readonly template: Template
  readonly recorded: NamespaceRecord
}

/** Runs `work` on a copy that nobody else sees. It holds whatever `work` commits there. Errors: those of `buildBaseline`. */
export async function withBaseCopy<Result>(
  { catalog, targetPools }: Copying,
  { project, base, template, recorded }: CopyWish,
  work: (client: ClientBase, namespace: string) => Promise<Result>,
): Promise<Result> {
  const baseline = await readForBase(template)
  const namespace = `schema_saga_copy_${randomBytes(8).toString('hex')}`
  const copy = { namespace, token: randomBytes(16).toString('hex'), base }
  return await targetPools.withClient(base, async (client) => {
    spend(client)
    await prepareSession(client, { operationId: 'copy', target: base })
    await client.query(`SELECT pg_catalog.pg_advisory_lock(pg_catalog.hashtextextended($1, 0))`, [keyOf(copy)])
    await noteCopy(catalog, project, copy)
    await client.query(`BEGIN; CREATE SCHEMA ${ident(namespace)}`)
    try {
      await buildFromTemplate(client, { baseline, source: template.source, namespace, recorded })
      await client.query(`COMMENT ON SCHEMA ${ident(namespace)} IS ${literal(commentOf(copy))}; COMMIT`)
      return await work(client, namespace)
    } finally {
      await client.query('ROLLBACK')
      await dropCopy(client, copy)
      await forgetCopy(catalog, namespace)
    }
  })
}

/** Tables of a copy would be published, and extensions of its own namespace be missing. */
export function canBeCopied({ lines, printing }: NamespaceRecord): boolean {
  if (Object.values(printing.extensions).includes('<namespace>')) return false
  return lines.every(({ kind }) => kind !== 'publication' && kind !== 'extension')
}

/** Drops those whose workers died. What cannot be reached is looked at again the next time. */
export async function dropLeftCopies({ catalog, targetPools }: Copying): Promise<void> {
  for (const copy of await readCopies(catalog)) {
    try {
      await targetPools.withClient(copy.base, async (client) => {
        const { rows } = await client.query<{ taken: boolean }>(
          `SELECT pg_catalog.pg_try_advisory_lock(pg_catalog.hashtextextended($1, 0)) AS taken`,
          [keyOf(copy)],
        )
        // Its proof goes on.
        if (rows[0]?.taken !== true) return
        spend(client)
        await dropCopy(client, copy)
        await forgetCopy(catalog, copy.namespace)
      })
    } catch (error) {
      if (!(error instanceof SagaError)) throw error
    }
  }
}

/** A namespace of that name without the token is somebody else's. */
async function dropCopy(client: ClientBase, copy: BaseCopy): Promise<void> {
  const { rows } = await client.query<{ comment: string | null }>(
    `SELECT pg_catalog.obj_description(n.oid, 'pg_namespace') AS comment FROM pg_catalog.pg_namespace n WHERE n.nspname = $1`,
    [copy.namespace],
  )
  if (rows[0]?.comment === commentOf(copy)) await client.query(`DROP SCHEMA ${ident(copy.namespace)} CASCADE`)
}

function keyOf({ namespace }: BaseCopy): string {
  return `schema-saga/copy/${namespace}`
}

function commentOf({ token }: BaseCopy): string {
  return `A copy of a base for a proof of schema-saga, to be dropped by it: ${token}`
}
