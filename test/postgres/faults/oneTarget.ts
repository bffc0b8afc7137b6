/** One target of a plan: its copies, and how its course goes undisturbed. */
import type { AppliedTarget, CompensatedTarget } from '../../../src/contract.ts'
import { provisionSql, schemaHashOf } from '../../../src/physical/plan/planMutation.ts'
import { projectSchema } from '../../../src/physical/project.ts'
import { renderFor } from '../../../src/physical/sql.ts'
import type { TargetPools } from '../../../src/postgres/sessions/pools.ts'
import {
  applyPlanToTarget,
  compensatePlanOnTarget,
  type TargetExecution,
} from '../../../src/postgres/target/execute.ts'
import { mortalWorker } from './mortalWorker.ts'
import { type PlanCase, REVISION } from './planCases.ts'
import type { PassedPoint } from './points.ts'
import { dropCopies, INCARNATION, makeCopies, type Scene } from './scene.ts'
import { statesOf, type TargetState } from './state.ts'

/** A copy of the target of a plan. */
export interface OneTarget {
  readonly forward: (pools: TargetPools, epoch?: number) => Promise<AppliedTarget>
  readonly back: (pools: TargetPools) => Promise<CompensatedTarget>
  /** What the application does between the change and its undo. */
  readonly write: () => Promise<void>
  readonly work: TargetExecution
  readonly state: () => Promise<TargetState>
  readonly drop: () => Promise<void>
}

/** Makes a copy at the revision at which the plan begins. */
export async function copyTarget(
  scene: Scene,
  { schema, plan, rows, written, earlier }: PlanCase,
  namespace: string,
): Promise<OneTarget> {
  const quoted = `"${namespace}"`
  const revision = earlier === null ? REVISION : REVISION - 1
  const made = provisionSql(projectSchema(schema)).map((sql) => renderFor(namespace, sql))
  const inserted = rows.replaceAll(':ns', quoted)
  await makeCopies(scene, [
    {
      namespace,
      statements: [...made, inserted],
      projectId: 'p',
      revision,
      schemaHash: schemaHashOf(revision, schema),
    },
  ])
  const target = { scope: 't', server: 's1', namespace, incarnation: INCARNATION }
  const work: TargetExecution = {
    target,
    projectId: 'p',
    operationId: 'op',
    epoch: 0,
    plan,
    limits: { deadAfterMs: 0 },
  }
  if (earlier !== null) await applyPlanToTarget(scene.pools, { ...work, operationId: 'earlier', plan: earlier })
  return {
    work,
    forward: (pools, epoch = 0) => applyPlanToTarget(pools, { ...work, epoch }),
    back: (pools) => compensatePlanOnTarget(pools, work),
    write: async () => {
      if (written !== null) await scene.client.query(written.replaceAll(':ns', quoted))
    },
    state: async () => (await statesOf(scene.client, [namespace], 'op'))[0] as TargetState,
    drop: () => dropCopies(scene, [namespace]),
  }
}

/** The course of a target that nothing disturbs. */
export interface Course {
  readonly before: TargetState
  readonly after: TargetState
  readonly undone: TargetState
  readonly undo: CompensatedTarget
  /** The messages of both ways. */
  readonly forwardPoints: readonly PassedPoint[]
  readonly undoPoints: readonly PassedPoint[]
}

/** Goes forward and back. */
export async function undisturbed(scene: Scene, each: PlanCase): Promise<Course> {
  const target = await copyTarget(scene, each, `${each.name} undisturbed`.slice(0, 60))
  const before = await target.state()
  const forward = mortalWorker(scene.pools)
  await target.forward(forward.pools)
  const after = await target.state()
  await target.write()
  const back = mortalWorker(scene.pools)
  const undo = await target.back(back.pools)
  const undone = await target.state()
  await target.drop()
  return { before, after, undone, undo, forwardPoints: forward.passed(), undoPoints: back.passed() }
}
