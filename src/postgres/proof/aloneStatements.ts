/** Whether a statement that takes no part in transactions can do anything on the base: there it is not run before the change. */
import { MutationRejected } from '../../errors.ts'
import type { AloneKind, ScriptStage } from '../../sql/script/script.ts'
import type { ProofPlace } from './proofStage.ts'

interface Found {
  readonly name: string
  /** As `pg_class` has it; null where the namespace has no such relation. */
  readonly kind: string | null
  /** Whether it is an index of an EXCLUDE constraint. */
  readonly excludes: boolean
  readonly has_default: boolean
  /** The partitioned table that it is a partition of. */
  readonly parent: string | null
}

const FOUND = `
  SELECT w.name, c.relkind::text AS kind, coalesce(x.indisexclusion, false) AS excludes, coalesce(p.partdefid <> 0, false) AS has_default,
         (SELECT q.relname::text FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class q ON q.oid = i.inhparent
           WHERE i.inhrelid = c.oid AND c.relispartition) AS parent
    FROM unnest($2::name[]) WITH ORDINALITY w (name, at)
    LEFT JOIN (pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND n.nspname = $1) ON c.relname = w.name
    LEFT JOIN pg_catalog.pg_index x ON x.indexrelid = c.oid LEFT JOIN pg_catalog.pg_partitioned_table p ON p.partrelid = c.oid
   ORDER BY w.at`

/** What each of them is able to work on, as `pg_class` has kinds, and what that is called. */
const FIT: Readonly<Record<AloneKind, readonly [kinds: string, what: string]>> = {
  vacuum: ['rpm', 'table or materialized view'],
  'reindex an index': ['iI', 'index'],
  'reindex a table': ['rpm', 'table or materialized view'],
  detach: ['rpf', 'table'],
}

/** Trying again would not help on any target. Errors: `STATEMENT_UNSUPPORTED`, with the place of the statement. */
export async function requireAble({ client, place }: ProofPlace, stage: ScriptStage): Promise<void> {
  const { alone, names = [], statements } = stage
  if (alone === undefined) return
  const { rows } = await client.query<Found>(FOUND, [place.namespace, names])
  const why = whyNot(alone, rows)
  if (why === null) return
  throw new MutationRejected('STATEMENT_UNSUPPORTED', `${statements[0]?.place}: the statement would fail: ${why}.`)
}

function whyNot(alone: AloneKind, found: readonly Found[]): string | null {
  const [kinds, what] = FIT[alone]
  const unfit = found.find(({ kind }) => kind === null || !kinds.includes(kind))
  if (unfit !== undefined) return `the namespace has no ${what} "${unfit.name}"`
  const [first, second] = found
  if (alone === 'reindex an index' && first?.excludes === true) {
    return `"${first.name}" is the index of an EXCLUDE constraint, and nothing builds those concurrently`
  }
  if (alone !== 'detach' || first === undefined || second === undefined) return null
  if (second.parent !== first.name) return `"${second.name}" is no partition of "${first.name}"`
  return first.has_default
    ? `"${first.name}" has a default partition, and then none is detached concurrently: write DETACH PARTITION without CONCURRENTLY`
    : null
}
