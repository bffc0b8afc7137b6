/** Rows of many targets as the objects that people name. */
import type { SetAsideDocument, UnreachableTargets } from '../contract/setAside.ts'
import { RequestRefused } from '../errors.ts'
import type { Queryable } from './catalog/pool.ts'
import { requireProject } from './catalog/projects.ts'
import { type AsideKey, type AsideOwner, listAsideTargets, purgeableFrom, readAsideOwners } from './catalog/setAside.ts'
import type { TargetPools } from './pools.ts'
import { type AsideRow, listAsideRows, type SilentTargets } from './setAside.ts'

/** The same object on all targets that have it. */
export interface AsideObject extends AsideKey, Pick<AsideRow, 'direction' | 'kind' | 'table' | 'column'> {
  /** The table, or `table.column`. */
  readonly name: string
  readonly since: Date
  /** Undefined when the ledger has forgotten the operation. */
  readonly owner: AsideOwner | undefined
  /** Null while the operation is not final. */
  readonly purgeableFrom: Date | null
  readonly rows: readonly AsideRow[]
  /** Targets from which it is gone already. */
  readonly rowsPurged: number
}

/** What a worker reaches a project with. */
export interface AsideAccess {
  readonly catalog: Queryable
  readonly targetPools: TargetPools
}

/** Everything that is set aside on the targets of a project, oldest first; objects purged everywhere are left out. */
export async function findAsideObjects(
  { catalog, targetPools }: AsideAccess,
  projectId: string,
): Promise<{ readonly objects: readonly AsideObject[]; readonly unreachable: readonly UnreachableTargets[] }> {
  const { settings } = await requireProject(catalog, projectId)
  const { rows, silent } = await listAsideRows(targetPools, await listAsideTargets(catalog, projectId))
  const owners = await readAsideOwners(catalog, projectId, [...new Set(rows.map(({ operationId }) => operationId))])
  const objects = grouped(rows).flatMap((group) => objectOf(group, owners, settings.hold_before_purge_ms))
  return { objects, unreachable: silent.map(unreachableOf) }
}

/** The object of that id. Errors: `NOT_APPLICABLE`. */
export async function requireAsideObject(access: AsideAccess, projectId: string, id: string): Promise<AsideObject> {
  const { objects, unreachable } = await findAsideObjects(access, projectId)
  const object = objects.find((each) => asideId(each) === id)
  if (object !== undefined) return object
  const where = unreachable.length === 0 ? '' : ` on the targets that answer (${unreachable[0]?.server} does not)`
  throw new RequestRefused(
    'NOT_APPLICABLE',
    `Nothing is set aside as "${id}"${where}: see \`schema-saga set-aside list ${projectId}\`.`,
    { path: 'id' },
  )
}

/** How people name an object; the same on every target. */
export function asideId({ operationId, stage, asideName }: AsideKey): string {
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
  }
}

function grouped(rows: readonly AsideRow[]): readonly (readonly AsideRow[])[] {
  const groups = new Map<string, AsideRow[]>()
  for (const row of rows) groups.set(asideId(row), [...(groups.get(asideId(row)) ?? []), row])
  return [...groups.values()]
}

function objectOf(
  group: readonly AsideRow[],
  owners: ReadonlyMap<string, AsideOwner>,
  holdMs: number,
): readonly AsideObject[] {
  const rows = group.filter(({ purged }) => !purged)
  const [first] = rows
  if (first === undefined) return []
  const { operationId, stage, asideName, direction, kind, table, column } = first
  const times = rows.map(({ at }) => at.getTime())
  const since = new Date(Math.min(...times))
  const owner = owners.get(operationId)
  return [
    {
      ...{ operationId, stage, asideName, direction, kind, table, column, since, owner, rows },
      name: column === null ? table : `${table}.${column}`,
      purgeableFrom: purgeableFrom(owner, new Date(Math.max(...times)), holdMs),
      rowsPurged: group.length - rows.length,
    },
  ]
}

function unreachableOf({ targets, error }: SilentTargets): UnreachableTargets {
  const server = targets[0]?.server ?? ''
  return { server, targets: targets.length, error_code: error.code, error: error.message }
}
