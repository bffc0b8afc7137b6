/** One namespace of an import: compared, registered, and active if it fits. */
import type { ImportInput, Target } from '../contract.ts'
import { SagaError, TargetDrifted } from '../errors.ts'
import { baselineOf } from '../physical/baseline/baseline.ts'
import type { Difference } from '../physical/equality.ts'
import { projectSchema } from '../physical/project.ts'
import type { PhysicalSchema } from '../physical/schema.ts'
import { adoptTarget, differencesOf, readTarget } from '../postgres/adopt.ts'
import { findImport, finishImport, type ImportRequest, registerImport } from '../postgres/catalog/importing.ts'
import type { Project } from '../postgres/catalog/projects.ts'
import type { NamedTenant } from '../tenantNames.ts'
import type { ActivityDependencies } from './dependencies.ts'
import type { ImportedNamespace } from './importResult.ts'

const MOST_DIFFERENCES = 20

/** What a namespace must look like. */
interface Expectation {
  readonly expected: PhysicalSchema
  readonly ignore: readonly string[]
}

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
      return input.dryRun
        ? await compare(deps, request, await expectation)
        : await take(deps, request, project, await expectation)
    } catch (error) {
      if (!isOfOne(error)) throw error
      return refused(namespace, error.code, error.message)
    }
  }
}

/** A dry run has not written the baseline; the fleet is compared with what it would be. */
async function expectationOf(
  { targetPools }: ActivityDependencies,
  input: ImportInput,
  project: Project,
): Promise<Expectation> {
  const { ignore } = project.settings
  if (!input.dryRun || input.baseline === undefined) return { expected: projectSchema(project.schema), ignore }
  const place: Target = { scope: '', server: input.server, namespace: input.baseline, incarnation: '' }
  const { schema, leftAlone } = baselineOf(await readTarget(targetPools, place))
  return { expected: projectSchema(schema), ignore: [...ignore, ...leftAlone.map(({ table }) => table)] }
}

async function compare(
  { catalog, targetPools }: ActivityDependencies,
  request: ImportRequest,
  { expected, ignore }: Expectation,
): Promise<ImportedNamespace> {
  const { tenant, server, namespace } = request
  const known = await findImport(catalog, request)
  if (known?.taken) return { outcome: 'registered', tenant, namespace }
  const target = { scope: tenant, server, namespace, incarnation: '' }
  const found = await differencesOf(targetPools, { target, expected, ignore })
  if (found.length === 0) return { outcome: 'matched', tenant, namespace }
  return { outcome: 'parked', tenant, namespace, differences: lines(found) }
}

async function take(
  { catalog, targetPools }: ActivityDependencies,
  request: ImportRequest,
  { revision, schemaHash }: Project,
  { expected, ignore }: Expectation,
): Promise<ImportedNamespace> {
  const { project, tenant, namespace, actor } = request
  const target = await registerImport(catalog, request)
  if (target === null) return { outcome: 'registered', tenant, namespace }
  try {
    await adoptTarget(targetPools, { target, projectId: project, revision, schemaHash, expected, ignore })
  } catch (error) {
    if (!(error instanceof TargetDrifted)) throw error
    const differences = lines((error.details.differences ?? []) as readonly Difference[])
    await finishImport(catalog, { project, target, revision, drift: { code: error.code, text: error.message }, actor })
    return { outcome: 'parked', tenant, namespace, differences: differences.length > 0 ? differences : [error.message] }
  }
  const { active } = await finishImport(catalog, { project, target, revision, drift: null, actor })
  if (active) return { outcome: 'matched', tenant, namespace }
  return { outcome: 'parked', tenant, namespace, differences: ['its project moved meanwhile: unpark it'] }
}

function lines(found: readonly Pick<Difference, 'object' | 'kind'>[]): string[] {
  return found.slice(0, MOST_DIFFERENCES).map(({ object, kind }) => `${object} is ${kind}`)
}

function refused(namespace: string, code: string, reason: string): ImportedNamespace {
  return { outcome: 'refused', namespace, code, reason }
}

const OF_ONE: readonly string[] = [
  'RequestRefused',
  'TargetDrifted',
  'StatementRefused',
  'TimeLimitReached',
  'LockUnavailable',
  'TargetUnreachable',
]

/** Names that are taken or wrong, a database that does not let us in; anything else concerns all of them. */
function isOfOne(error: unknown): error is SagaError {
  return error instanceof SagaError && OF_ONE.includes(error.name) && error.code !== 'PROJECT_NOT_FOUND'
}
