/** Rows of many targets as the objects that people name. */
import type { SetAsideDocument, SetAsideProblem, UnreachableTargets } from '../../contract/setAside.ts'
import type { OperationStatus } from '../../contract.ts'
import { RequestRefused } from '../../errors.ts'
import { groupedBy } from '../../groupedBy.ts'
import type { Queryable } from '../catalog/pool.ts'
import { requireProject } from '../catalog/projects/projects.ts'
import { type AsideKey, listAsideTargets, readPurgeFacts } from '../catalog/setAside/purges.ts'
import type { TargetPools } from '../sessions/pools.ts'
import { type AsideRow, listAsideRows, type SilentTargets } from './listed.ts'
import { type PurgeFacts, type PurgeVerdict, purgeVerdict } from './purgeVerdict.ts'

const MOST_FINDINGS = 100

/** The object on one target, and whether it may go there. */
export type JudgedRow = AsideRow & { readonly verdict: PurgeVerdict }

/** The same object on all targets that have it. */
export interface AsideObject extends AsideKey, Pick<AsideRow, 'direction' | 'kind' | 'table' | 'column'> {
  /** The table, or `table.column`. */
  readonly name: string
  readonly since: Date
  /** Of its own operation; undefined when the ledger has forgotten it. */
  readonly status: OperationStatus | undefined
  /** The first moment at which it may go on some target; null while there is none. */
  readonly purgeableFrom: Date | null
  readonly rows: readonly JudgedRow[]
}

/** What a worker reaches a project with. */
export interface AsideAccess {
  readonly catalog: Queryable
  readonly targetPools: TargetPools
}

/** What is set aside in a project, and what decides about it. */
export interface FoundAsides {
  /** Oldest first; objects that are gone everywhere are left out. */
  readonly objects: readonly AsideObject[]
  readonly unreachable: readonly UnreachableTargets[]
  readonly facts: PurgeFacts
}

/** Everything that is set aside on the targets of a project. */
export async function findAsideObjects({ catalog, targetPools }: AsideAccess, projectId: string): Promise<FoundAsides> {
  const { settings } = await requireProject(catalog, projectId)
  const { rows, silent } = await listAsideRows(targetPools, await listAsideTargets(catalog, projectId))
  const ids = rows.flatMap(({ operationId, hiddenBy }) => [operationId, hiddenBy])
  const facts = {
    ...(await readPurgeFacts(catalog, projectId, [...new Set(ids)])),
    holdMs: settings.hold_before_purge_ms,
  }
  const objects = [...groupedBy(rows, (row) => asideId(row)).values()].map((group) => objectOf(group, facts))
  return { objects, unreachable: silent.map(unreachableOf), facts }
}

/** The object of that id. Errors: `NOT_APPLICABLE`. */
export async function requireAsideObject(
  access: AsideAccess,
  projectId: string,
  id: string,
): Promise<{ readonly object: AsideObject; readonly facts: PurgeFacts }> {
  const { objects, unreachable, facts } = await findAsideObjects(access, projectId)
  const object = objects.find((each) => asideId(each) === id)
  if (object !== undefined) return { object, facts }
  const where = unreachable.length === 0 ? '' : ` on the targets that answer (${unreachable[0]?.server} does not)`
  throw new RequestRefused(
    'NOT_APPLICABLE',
    `Nothing is set aside as "${id}"${where}: see \`schema-saga set-aside list ${projectId}\`.`,
    { path: 'id' },
  )
}

/** How people name an object; the same on every target. */
export function asideId({ operationId, stage, asideName }: Omit<AsideKey, 'hiddenBy'>): string {
  return `${operationId}/${stage}/${asideName}`
}

/** The object as `set-aside list --json` prints it. */
export function asideDocument(object: AsideObject): SetAsideDocument {
  return {
    id: asideId(object),
    object: object.name,
    kind: object.kind,
    aside_name: object.asideName,
    operation: object.operationId,
    direction: object.direction,
    since: object.since.toISOString(),
    targets: object.rows.length,
    purgeable_from: object.purgeableFrom?.toISOString() ?? null,
    findings: findingsOf(object.rows),
  }
}

function objectOf(group: readonly [AsideRow, ...AsideRow[]], facts: PurgeFacts): AsideObject {
  const [{ operationId, stage, asideName, direction, kind, table, column }] = group
  const rows = group.map((row) => ({ ...row, verdict: purgeVerdict(row, facts) }))
  const moments = rows.flatMap(({ verdict }) => (verdict.when === 'held' ? [verdict.until.getTime()] : []))
  return {
    operationId,
    stage,
    asideName,
    direction,
    kind,
    table,
    column,
    rows,
    hiddenBy: [...new Set([operationId, ...rows.map((row) => row.hiddenBy)])],
    name: column === null ? table : `${table}.${column}`,
    since: new Date(Math.min(...rows.map(({ at }) => at.getTime()))),
    status: facts.statuses.get(operationId),
    purgeableFrom: moments.length === 0 ? null : new Date(Math.min(...moments)),
  }
}

/** Targets on which no hold leads to a purge, with why; at most 100. */
export function findingsOf(rows: readonly JudgedRow[]): readonly SetAsideProblem[] {
  return rows
    .flatMap(({ target, verdict }) =>
      verdict.when === 'never' || verdict.when === 'asked'
        ? [{ tenant: target.scope, error_code: 'KEPT_ASIDE', error: verdict.why }]
        : [],
    )
    .slice(0, MOST_FINDINGS)
}

function unreachableOf({ targets, error }: SilentTargets): UnreachableTargets {
  const server = targets[0]?.server ?? ''
  return { server, targets: targets.length, error_code: error.code, error: error.message }
}
