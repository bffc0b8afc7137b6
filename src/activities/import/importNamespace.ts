/** The namespaces of an import, one after the other. */
import type { ImportInput, Target } from '../../contract.ts'
import { SagaError } from '../../errors.ts'
import { baselineOf } from '../../physical/baseline/baseline.ts'
import { projectSchema } from '../../physical/project.ts'
import { readHistory } from '../../postgres/catalog/projects/history.ts'
import type { Project } from '../../postgres/catalog/projects/projects.ts'
import { readCountedRecords } from '../../postgres/catalog/sql/sqlRevisions.ts'
import { findImport } from '../../postgres/catalog/tenants/import.ts'
import { readTarget } from '../../postgres/target/adoptNamespace.ts'
import type { ActivityDependencies } from '../dependencies.ts'
import type { ImportedNamespace } from './importResult.ts'
import type { Expectation } from './importStanding.ts'
import { takeInNamespace } from './takeInNamespace.ts'
import type { NamedTenant } from './tenantNames.ts'

/** Imports one namespace after the other; what concerns only one of them never stops the rest. */
export function createImporter(
  deps: ActivityDependencies,
  input: ImportInput,
  project: Project,
): (named: NamedTenant) => Promise<ImportedNamespace> {
  let expectation: Promise<Expectation> | undefined
  return async (named) => {
    const { namespace } = named
    if (named.tenant === null) return refused(namespace, 'INPUT_INVALID', named.reason)
    expectation ??= expectationOf(deps, input, project)
    const request = {
      project: input.project,
      tenant: named.tenant,
      server: input.server,
      namespace,
      actor: input.actor,
    }
    try {
      const known = await findImport(deps.catalog, request)
      if (known?.taken) return { outcome: 'registered', tenant: named.tenant, namespace }
      const outcome = await takeInNamespace(deps, { request, project, input, known }, await expectation)
      return outcome.outcome === 'parked' ? { ...outcome, before: known?.compared === true } : outcome
    } catch (error) {
      if (!isOfOne(error)) throw error
      return refused(namespace, error.code, error.message)
    }
  }
}

/** A dry run has not written the baseline; the fleet is compared with what it would be. */
async function expectationOf(
  { catalog, targetPools }: ActivityDependencies,
  input: ImportInput,
  project: Project,
): Promise<Expectation> {
  const { ignore } = project.settings
  if (project.kind === 'sql') return { history: [], ignore, records: await readCountedRecords(catalog, project) }
  if (!input.dryRun || input.baseline === undefined) {
    return { history: await readHistory(catalog, project.id), ignore, records: [] }
  }
  const place: Target = { scope: '', server: input.server, namespace: input.baseline, incarnation: '' }
  const { schema, leftAlone } = baselineOf(await readTarget(targetPools, place))
  const shape = { revision: project.revision, schemaHash: '', expected: projectSchema(schema) }
  return { history: [shape], ignore: [...ignore, ...leftAlone.map(({ table }) => table)], records: [] }
}

function refused(namespace: string, code: string, reason: string): ImportedNamespace {
  return { outcome: 'refused', namespace, code, reason }
}

const OF_ONE: readonly string[] = [
  'InputInvalid',
  'MutationRejected',
  'RequestRefused',
  'TargetDrifted',
  'StatementRefused',
  'DataRejected',
  'TimeLimitReached',
  'LockUnavailable',
  'TargetUnreachable',
]

/** Names that are taken or wrong, a database that does not let us in; anything else concerns all of them. */
export function isOfOne(error: unknown): error is SagaError {
  return error instanceof SagaError && OF_ONE.includes(error.name) && error.code !== 'PROJECT_NOT_FOUND'
}
