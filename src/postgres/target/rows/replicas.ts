/** Replicas that fall behind while rows are written: batches wait for them, where the project says how far is too far. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClientBase } from 'pg'
import { whereOf } from '../../sessions/servers.ts'
import { limitsOf } from '../stage/execution.ts'
import type { StageTry } from '../stage/protocol.ts'

/** A replica that says how far it is; positions are bytes of the log. */
export interface Replica {
  readonly name: string
  readonly replayed: number
  /** By Postgres' own measure, in ms, which says nothing of one that has stopped; null where it has none. */
  readonly lagMs: number | null
}

/** Where the log of the server and its replicas were at one moment, in ms of the server's clock. */
export interface Reading {
  readonly at: number
  readonly written: number
  readonly replicas: readonly Replica[]
}

/** A replica that is behind. */
export interface ReplicaBehind {
  readonly name: string
  readonly ms: number
}

/** Told when batches begin to wait, in words, and with null when they go on. */
export type ReportWait = (words: string | null) => Promise<void>

/** Between two looks at most, and at least, in ms. */
const LOOK_EVERY = { most: 1_000, least: 10 } as const

// Without the right to see them, all but the names of replicas is hidden. What only fetches the log, as a backup does, has
// replayed nothing.
const READ = `
  SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS at,
         pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 AS written,
         coalesce((SELECT json_agg(json_build_object(
             'name', coalesce(nullif(r.application_name, ''), host(r.client_addr), 'without a name'),
             'replayed', pg_wal_lsn_diff(r.replay_lsn, '0/0')::float8,
             'lagMs', extract(epoch FROM r.replay_lag)::float8 * 1000))
           FROM pg_stat_replication r WHERE r.replay_lsn IS NOT NULL), '[]') AS replicas`

/** Reads it; of replicas that our role may not see, nothing is told. */
export async function readReplicas(client: ClientBase): Promise<Reading> {
  const { rows } = await client.query<Reading>(READ)
  return rows[0] ?? { at: 0, written: 0, replicas: [] }
}

/**
 * The replica that is furthest behind, or null. `marks` are earlier readings, the oldest first: whoever has not replayed
 * what was written then is behind since then at least.
 */
export function furthestBehind(
  { at, written, replicas }: Reading,
  marks: readonly Pick<Reading, 'at' | 'written'>[],
): ReplicaBehind | null {
  let furthest: ReplicaBehind | null = null
  for (const { name, replayed, lagMs } of replicas) {
    // Postgres goes on telling its last measure of one that has come up.
    if (replayed >= written) continue
    const since = marks.find((mark) => mark.written > replayed)?.at ?? at
    const ms = Math.round(Math.max(lagMs ?? 0, at - since))
    if (ms > (furthest?.ms ?? 0)) furthest = { name, ms }
  }
  return furthest
}

/** What is to be awaited before each batch. */
export function replicaGate({ client, work }: StageTry): () => Promise<void> {
  const { replicaLagMs } = limitsOf(work)
  if (replicaLagMs === null) return async () => {}
  const every = Math.max(LOOK_EVERY.least, Math.min(LOOK_EVERY.most, replicaLagMs / 2))
  let marks: Pick<Reading, 'at' | 'written'>[] = []
  return async () => {
    for (let waits = false; ; ) {
      work.signal?.throwIfAborted()
      const reading = await readReplicas(client)
      const behind = furthestBehind(reading, marks)
      if (behind === null || behind.ms <= replicaLagMs) {
        const replayed = Math.min(...reading.replicas.map((replica) => replica.replayed))
        marks = [...marks.filter(({ written }) => written > replayed), reading]
        if (waits) await work.reportWait?.(null)
        return
      }
      if (!waits) await work.reportWait?.(wordsOf(whereOf(work.target), behind, replicaLagMs))
      waits = true
      await sleep(every, undefined, work.signal === undefined ? {} : { signal: work.signal })
    }
  }
}

function wordsOf(where: string, { name, ms }: ReplicaBehind, limit: number): string {
  return `${where}: the batches wait for the replica "${name}", which is ${ms} ms behind; max_replica_lag is ${limit} ms.`
}
