/** Activities of `importTenants`. */
import pMap from 'p-map'
import type { BaselineResult, ImportActivities, ImportInput, ImportResult, Target } from '../../contract.ts'
import { RequestRefused } from '../../errors.ts'
import { baselineOf } from '../../physical/baseline/baseline.ts'
import { provisionSql, schemaHashOf } from '../../physical/plan/planMutation.ts'
import { projectSchema } from '../../physical/project.ts'
import { AS_ITS_BASE, requireKind, SAID_OF_SQL } from '../../postgres/catalog/projects/kind.ts'
import { type Project, requireProject } from '../../postgres/catalog/projects/projects.ts'
import { requireServer } from '../../postgres/catalog/projects/servers.ts'
import { readLastOfNames } from '../../postgres/catalog/sql/changes.ts'
import { readCountedRecords } from '../../postgres/catalog/sql/sqlRevisions.ts'
import { placesOf } from '../../postgres/catalog/tenants/import.ts'
import { BASELINE_REVISION, requireBlank, writeBaseline } from '../../postgres/catalog/tenants/writeBaseline.ts'
import { listNamespaces, readTarget } from '../../postgres/target/adoptNamespace.ts'
import { raiseBase } from '../../postgres/target/advanceBase.ts'
import { alikeRevisions } from '../../sql/recordFit.ts'
import type { ActivityDependencies } from '../dependencies.ts'
import { createImporter } from './importNamespace.ts'
import { collect, countRevisions, type ImportedNamespace } from './importResult.ts'
import { type NamedTenant, tenantNames } from './tenantNames.ts'

/** Namespaces looked at together; most of the work is reading catalogs. */
const IMPORT_SESSIONS = 4

/** The import activities. */
export function createImportActivities(deps: ActivityDependencies): ImportActivities {
  const { catalog, whileHeartbeating } = deps
  return {
    takeBaseline: (input) => whileHeartbeating(() => takeBaseline(deps, input)),
    importNamespaces: (input) =>
      whileHeartbeating(async (signal) => {
        const { databasePerTenant: databases } = await requireServer(catalog, input.server)
        const project = await requireProject(catalog, input.project)
        if (input.asTheyAre === true) requireKind(project, 'models', AS_ITS_BASE)
        if (project.kind === 'sql') requireRevision(project)
        else if (isSaid(input)) requireKind(project, 'sql', SAID_OF_SQL)
        else if (project.schema.models.length === 0 && input.baseline === undefined && input.asTheyAre !== true)
          throw noModels(input.project)
        const importOne = createImporter(deps, input, project)
        const named = await nameNamespaces(deps, input, databases)
        const found = await pMap(named, importOne, { concurrency: IMPORT_SESSIONS, signal })
        return { ...collect(found), ...(await revisionsOf(deps, project, found)) }
      }),
  }
}

/** What is said of revisions that records tell apart, or do not. */
async function revisionsOf(
  { catalog }: ActivityDependencies,
  project: Project,
  found: readonly ImportedNamespace[],
): Promise<Pick<ImportResult, 'alike_revisions' | 'revisions'>> {
  if (project.kind !== 'sql') return { alike_revisions: [], revisions: [] }
  const alike = alikeRevisions(await readCountedRecords(catalog, project))
  return { alike_revisions: alike, revisions: countRevisions(found, await readLastOfNames(catalog, project.id)) }
}

/** Whether something is said of revisions, which only records leave open. */
function isSaid({ revisions, among }: ImportInput): boolean {
  return revisions !== undefined || among !== undefined
}

/** Those that match, with the ids that they would have as tenants; the project's own base is none of them. */
async function nameNamespaces(
  { catalog, targetPools }: ActivityDependencies,
  input: ImportInput,
  databases: boolean,
): Promise<NamedTenant[]> {
  const { project, server, like, except = [], ids = {} } = input
  const [found, places] = await Promise.all([
    listNamespaces(targetPools, { server, like, except, databases }),
    placesOf(catalog, project, server),
  ])
  const registered = new Map(places.flatMap(({ scope, namespace }) => (scope === '' ? [] : [[namespace, scope]])))
  const bases = places.flatMap(({ scope, namespace }) => (scope === '' ? [namespace] : []))
  return tenantNames(
    found.filter((namespace) => !bases.includes(namespace)),
    { like, ids, registered },
  )
}

/** Reads the namespace; a dry run ends there. Repeating it after it was cut off is harmless. */
async function takeBaseline(
  { catalog, targetPools }: ActivityDependencies,
  { project: id, server, baseline: namespace, dryRun, actor }: ImportInput & { readonly baseline: string },
): Promise<BaselineResult> {
  const project = await requireProject(catalog, id)
  requireKind(project, 'models')
  const place: Target = { scope: '', server, namespace, incarnation: '' }
  const { schema, leftAlone } = baselineOf(await readTarget(targetPools, place))
  const models = schema.models.map(({ name }) => name)
  const result = { namespace, revision: BASELINE_REVISION, models, left_alone: leftAlone }
  const schemaHash = schemaHashOf(BASELINE_REVISION, schema)
  // An earlier try wrote it, and its answer was lost.
  if (project.revision === BASELINE_REVISION && project.schemaHash === schemaHash) return result
  await requireBlank(catalog, project)
  if (models.length === 0) {
    throw new RequestRefused('NOT_APPLICABLE', `No table of ${server}/${namespace} can be expressed as a model.`)
  }
  if (dryRun) return result
  if (project.base !== null) {
    await raiseBase(targetPools, {
      target: project.base,
      from: project,
      to: { revision: BASELINE_REVISION, schemaHash },
      statements: provisionSql(projectSchema(schema)),
    })
  }
  const alone = leftAlone.map(({ table }) => table)
  await writeBaseline(catalog, {
    project: id,
    schema,
    schemaHash,
    leftAlone: alone,
    actor,
    from: { server, namespace },
  })
  return result
}

/** Errors: `NOT_APPLICABLE` while its base is not made. */
function requireRevision({ id, revision, baseReady }: Project): void {
  if (revision > 0 && baseReady) return
  const text = `The base of project "${id}" is not ready: run \`schema-saga project create\` again.`
  throw new RequestRefused('NOT_APPLICABLE', text)
}

function noModels(project: string): RequestRefused {
  const text = `Project "${project}" has no models to compare with: give --baseline, apply mutations first, or leave their tables alone with --as-they-are.`
  return new RequestRefused('NOT_APPLICABLE', text)
}
