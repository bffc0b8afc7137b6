/** Compares targets of a project of SQL with the records of their revisions: hashes first, one record for each new one. */
import pMap from 'p-map'
import type { ClientBase } from 'pg'
import { BASE_SCOPE } from '../../contract.ts'
import { groupedBy } from '../../groupedBy.ts'
import { hashOf } from '../../hash.ts'
import type { Difference } from '../../physical/equality.ts'
import type { NamespaceRecord } from '../../sql/record.ts'
import { type Counting, countedRecord } from '../../sql/recordCounting.ts'
import type { LineDifference } from '../../sql/recordDifferences.ts'
import { type RevisionRecord, recordFitOf } from '../../sql/recordFit.ts'
import type { Queryable } from '../catalog/pool.ts'
import type { Project } from '../catalog/projects/projects.ts'
import type { FleetTarget } from '../catalog/projects/targets.ts'
import { readDumped } from '../catalog/sql/givenBaseline.ts'
import { countingOf, readCountedRecords } from '../catalog/sql/sqlRevisions.ts'
import { sqlstateOf } from '../errors/translate.ts'
import { readRecord, WHOLE } from '../record/readRecord.ts'
import { type RecordShape, readRecordShapes } from '../record/readRecordShapes.ts'
import { databasesOf, type LocatedTarget, lookAtDatabase, type TargetDatabase } from '../sessions/databases.ts'
import type { TargetPools } from '../sessions/pools.ts'
import { whereOf } from '../sessions/servers.ts'
import { type Finding, unreachable } from './finding.ts'

/** Databases looked at together. */
const LOOKS_AT_ONCE = 2

/** What is compared with what. */
export interface RecordComparison {
  readonly catalog: Queryable
  readonly pools: TargetPools
  readonly project: Project
  readonly signal?: AbortSignal
}

interface Judging {
  readonly history: readonly RevisionRecord[]
  readonly counting: Counting
  /** The namespace that the baseline was dumped from: the base may still name the role of that one. */
  readonly dumped: string | null
}

type Told = readonly [scope: string, finding: Finding | null]

/** By scope, null for one that is as its revision says. */
export async function compareRecords(
  { catalog, pools, project, signal }: RecordComparison,
  targets: readonly FleetTarget[],
): Promise<ReadonlyMap<string, Finding | null>> {
  const counting = countingOf(project)
  const [history, dumped, { databases, lost }] = await Promise.all([
    readCountedRecords(catalog, project),
    readDumped(catalog, project.id),
    databasesOf(pools, targets),
  ])
  const told = await pMap(
    databases,
    async (database): Promise<readonly Told[]> => {
      const compare = (client: ClientBase) => compareIn(client, database, { history, counting, dumped })
      const look = await lookAtDatabase(pools, database, compare, signal)
      return 'found' in look ? look.found : look.lost.map(lostOne)
    },
    { concurrency: LOOKS_AT_ONCE },
  )
  return new Map([...lost.map(lostOne), ...told.flat()])
}

function lostOne({ target, error }: { target: FleetTarget; error: Error }): Told {
  return [target.scope, unreachable(error.message.replace(`${whereOf(target)} `, ''))]
}

/** Those at one revision that look alike differ in the same way. */
async function compareIn(
  client: ClientBase,
  database: TargetDatabase<FleetTarget>,
  judging: Judging,
): Promise<readonly Told[]> {
  const namespaces = database.map(({ namespace }) => namespace)
  const shapes = new Map(
    (await readRecordShapes(client, namespaces, judging.counting)).map((each) => [each.namespace, each] as const),
  )
  const told: Told[] = []
  const groups = groupedBy(database, ({ target, namespace }) =>
    // The base may name a role that tenants may not.
    [target.scope === BASE_SCOPE, target.schemaHash, hashIn(shapes.get(namespace)) ?? namespace].join(' '),
  )
  for (const alike of groups.values()) {
    const finding = await findingOf(client, alike[0], { shape: shapes.get(alike[0].namespace), ...judging })
    told.push(...alike.map(({ target }): Told => [target.scope, finding]))
  }
  return told
}

function hashIn(shape: RecordShape | undefined): string | undefined {
  return shape !== undefined && 'shape' in shape ? shape.shape : undefined
}

async function findingOf(
  client: ClientBase,
  { target, namespace }: LocatedTarget<FleetTarget>,
  { shape, history, counting, dumped }: Judging & { readonly shape: RecordShape | undefined },
): Promise<Finding | null> {
  if (shape === undefined) return unreachable('its namespace was dropped meanwhile.')
  if ('error' in shape) return unreachable(HELD)
  const whole = await readUnlessHeld(client, namespace)
  if (whole === 'held') return unreachable(HELD)
  if (whole === null) return unreachable('its namespace was dropped meanwhile.')
  const also = target.scope === BASE_SCOPE && dumped !== null ? [dumped] : []
  const record = countedRecord(whole, [namespace, target.namespace, ...also], counting)
  const own = history.filter(({ schemaHash }) => schemaHash === target.schemaHash)
  const { nearest, problem } = recordFitOf(own, record)
  if (nearest === null) return unreachable(`it cannot be compared: ${problem ?? 'its revision has no record'}.`)
  if (nearest.differences.length === 0) return null
  return {
    shape: hashOf({ shape: shape.shape, differences: nearest.differences }).slice(0, 32),
    differences: nearest.differences.map(inPlainWords),
    repair: [],
    ...otherOf(history, target, record, nearest.differences.length),
  }
}

const HELD = 'another session kept its tables from being read.'
const LOCK_NOT_AVAILABLE = '55P03'

/** It may have been taken since its shape was seen; that is no news about the others. */
async function readUnlessHeld(client: ClientBase, namespace: string): Promise<NamespaceRecord | null | 'held'> {
  try {
    return await readRecord(client, namespace, WHOLE)
  } catch (error) {
    if (sqlstateOf(error) !== LOCK_NOT_AVAILABLE) throw error
    return 'held'
  }
}

/** A revision that is nearer than the one which is said of it. */
function otherOf(
  history: readonly RevisionRecord[],
  target: FleetTarget,
  record: NamespaceRecord,
  least: number,
): Pick<Finding, 'looksLike'> {
  const { nearest } = recordFitOf(history, record)
  if (nearest === null || nearest.revision === target.revision || nearest.differences.length >= least) return {}
  return { looksLike: nearest.revision }
}

function inPlainWords({ object, kind, facts }: LineDifference): Difference {
  const expected = kind === 'extra' ? null : 'as recorded'
  const found = facts.length === 0 ? 'as it is' : facts.join('; ')
  return { object, kind, expected, actual: kind === 'missing' ? null : found }
}
