/** Activities that look at a whole fleet, and the work that adds what it lacks. */
import pMap from 'p-map'
import type { DriftRepair, FleetActivities, TargetProblem } from '../../contract.ts'
import { SagaError, TargetDrifted } from '../../errors.ts'
import type { Past } from '../../physical/past/past.ts'
import { projectSchema } from '../../physical/project.ts'
import { lookAtApplication } from '../../postgres/application/applicationLook.ts'
import { writeAudit } from '../../postgres/catalog/audit.ts'
import { readPast } from '../../postgres/catalog/projects/history.ts'
import { requireProject } from '../../postgres/catalog/projects/projects.ts'
import { type FleetTarget, listFleet, readRevisions } from '../../postgres/catalog/projects/targets.ts'
import { scanDrift } from '../../postgres/drift/drift.ts'
import { scanHealth } from '../../postgres/drift/health.ts'
import { repairTargetAdditively } from '../../postgres/drift/repair.ts'
import { problemOf } from '../../postgres/sessions/databases.ts'
import { whereOf } from '../../postgres/sessions/servers.ts'
import { noteFound, payFound } from '../debts/payFound.ts'
import type { ActivityDependencies } from '../dependencies.ts'
import { operationTargets } from '../operation/operationTargets.ts'
import { provePlan } from '../operation/provePlan.ts'
import { dumpForBaseline } from './dumpForBaseline.ts'
import { driftDocument, healthDocument } from './fleetDocuments.ts'

/** Targets repaired together; each may build indexes, of which a database bears few at once. */
const REPAIRS_AT_ONCE = 4
const MOST_NAMED = 100

/** The activities over the worker's pools. */
export function createFleetActivities(deps: ActivityDependencies): FleetActivities {
  const { catalog, targetPools: pools, whileHeartbeating } = deps
  return {
    scanDrift: (input) =>
      whileHeartbeating(async (signal) => {
        const scan = await scanDrift({ catalog, pools, signal, ...input })
        await noteFound(deps, input.project, scan.left)
        return driftDocument(scan)
      }),
    reportHealth: (input) =>
      whileHeartbeating(async (signal) => {
        const scan = await scanHealth({ catalog, pools, signal, ...input })
        await noteFound(deps, input.project, scan.left)
        return healthDocument(scan)
      }),
    // Whoever is refused was so before.
    allowTexts: async () => ({ allowed: true }),
    dumpForBaseline: (input) => whileHeartbeating(() => dumpForBaseline({ catalog, targetPools: pools }, input)),
    provePlan: (input) => whileHeartbeating(() => provePlan({ catalog, targetPools: pools }, input)),
    findApplicationCode: ({ project, question }) =>
      whileHeartbeating(async (signal) =>
        lookAtApplication(pools, await operationTargets(catalog, project), question, signal),
      ),
  }
}

/** Adds what targets lack; see `createDriftRepair`. */
export type RepairDrift = (input: {
  readonly project: string
  readonly scopes: readonly string[]
  readonly actor: string
}) => Promise<DriftRepair>

/**
 * Adds missing columns and indexes and rebuilds invalid indexes on those targets (scopes), each under the lock of its row and
 * only while it is at the revision that the catalog says. The caller holds the project's turn.
 */
export function createDriftRepair(deps: ActivityDependencies): RepairDrift {
  const { catalog, whileHeartbeating } = deps
  return ({ project, scopes, actor }) =>
    whileHeartbeating(async (signal) => {
      const fleet = await listFleet(catalog, project, scopes)
      const left = await payFound(
        deps,
        project,
        fleet.filter(({ inFlight }) => !inFlight),
        { signal },
      )
      const refused = new Map(left.problems.map(({ target, error }) => [target.scope, problemOf(target, error)]))
      const repair = await repairing(deps, project, fleet, signal)
      const ends = await pMap(fleet, async (target) => refused.get(target.scope) ?? (await repair(target)), {
        concurrency: REPAIRS_AT_ONCE,
      })
      const outcome = outcomeOf(ends)
      const details = { ...outcome, problems: undefined, targets: scopes.slice(0, MOST_NAMED), count: scopes.length }
      await writeAudit(catalog, { projectId: project, actor, action: 'drift_repair', details })
      return outcome
    })
}

type RepairEnd = boolean | TargetProblem

/** How one target of the project is repaired; whatever concerns only that target is data. */
async function repairing(
  { catalog, targetPools }: ActivityDependencies,
  project: string,
  fleet: readonly FleetTarget[],
  signal: AbortSignal,
): Promise<(target: FleetTarget) => Promise<RepairEnd>> {
  const { settings } = await requireProject(catalog, project)
  const schemas = await readRevisions(catalog, project, [...new Set(fleet.map(({ revision }) => revision))])
  const pasts = new Map<string, Promise<Past>>()
  return async (target) => {
    signal.throwIfAborted()
    try {
      const schema = schemas.get(target.schemaHash)
      if (target.inFlight || schema === undefined) throw leftAlone(target)
      const expected = projectSchema(schema)
      const past = pasts.get(target.schemaHash) ?? readPast(catalog, project, schema)
      pasts.set(target.schemaHash, past)
      const repair = { target, projectId: project, expected, ignore: settings.ignore, past: await past, signal }
      return await repairTargetAdditively(targetPools, repair)
    } catch (error) {
      if (!(error instanceof SagaError)) throw error
      return problemOf(target, error)
    }
  }
}

function leftAlone(target: FleetTarget): TargetDrifted {
  const why = target.inFlight
    ? 'an operation is working on it'
    : `its revision ${target.revision} is not one of the project`
  return new TargetDrifted('TARGET_DRIFTED', `${whereOf(target)} is left alone: ${why}.`)
}

function outcomeOf(ends: readonly RepairEnd[]): DriftRepair {
  const problems = ends.filter((end) => typeof end !== 'boolean')
  return {
    repaired: ends.filter((end) => end === true).length,
    unchanged: ends.filter((end) => end === false).length,
    problems: problems.slice(0, MOST_NAMED),
    failed: problems.length,
  }
}
