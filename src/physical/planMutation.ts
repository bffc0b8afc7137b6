/** From a mutation to a plan: apply it, compare, group into stages, hash. The same input gives the same plan. */
import { applyMutation } from '../logical/applyMutation.ts'
import type { Mutation } from '../logical/mutations/index.ts'
import type { LogicalSchema } from '../logical/schema.ts'
import type { Step } from './change.ts'
import { type Change, kindOf } from './changes/index.ts'
import { createTableSql } from './columnSql.ts'
import { asideOf, changesBetween } from './diff.ts'
import { hashOf } from './hash.ts'
import type { AsideEntry, Plan, Stage } from './plan.ts'
import { projectSchema } from './project.ts'
import type { PhysicalSchema } from './schema.ts'

/** What a plan is made of: the project at a revision, and the mutation of one operation. */
export interface PlanRequest {
  readonly schema: LogicalSchema
  readonly revision: number
  readonly mutation: Mutation
  readonly operationId: string
}

/** Plans a mutation. Errors: `MutationRejected`, with the codes of the mutation. */
export function planMutation({ schema, revision, mutation, operationId }: PlanRequest): Plan {
  const nextSchema = applyMutation(schema, mutation, { operationId })
  const schemaHash = schemaHashOf(revision, schema)
  if (nextSchema === schema) return unchangedPlan(schema, revision, schemaHash)
  const changes = changesBetween(schema, nextSchema, asidePrefixes(operationId))
  const groups = groupByStage(changes)
  const inverses = invertGroups(projectSchema(schema), groups)
  const nextRevision = revision + 1
  const content = {
    baseRevision: revision,
    nextRevision,
    schemaHash,
    nextSchemaHash: schemaHashOf(nextRevision, nextSchema),
    forward: groups.map(stageOf),
    compensation: inverses.map(stageOf),
  }
  return {
    ...content,
    nextSchema,
    hash: hashOf(content),
    unchanged: false,
    changes,
    hazards: changes.flatMap((change) => kindOf(change).hazards(change)),
    touches: [...new Set(changes.flatMap((change) => kindOf(change).touches(change)))].sort(),
  }
}

/** What pins a target to a revision: two operations can have meant a different one. */
export function schemaHashOf(revision: number, schema: LogicalSchema): string {
  return hashOf({ revision, schema })
}

/** The statements that build a whole schema in an empty namespace. */
export function provisionSql(physical: PhysicalSchema): readonly string[] {
  return Object.values(physical.tables).flatMap(createTableSql)
}

/** The schema after the changes. */
export function applyChanges(schema: PhysicalSchema, changes: readonly Change[]): PhysicalSchema {
  return changes.reduce((before, change) => kindOf(change).apply(before, change), schema)
}

function unchangedPlan(schema: LogicalSchema, revision: number, schemaHash: string): Plan {
  const content = { baseRevision: revision, nextRevision: revision, schemaHash, nextSchemaHash: schemaHash }
  return {
    ...content,
    nextSchema: schema,
    hash: hashOf(content),
    unchanged: true,
    changes: [],
    forward: [],
    compensation: [],
    hazards: [],
    touches: [],
  }
}

/** A short hash, so that the name of what is set aside stays readable whatever the operation's id. */
function asidePrefixes(operationId: string): () => string {
  const operation = operationId.length <= 12 ? operationId : hashOf(operationId).slice(0, 8)
  let count = 0
  return () => {
    count += 1
    return `_aside_${operation}_${count}`
  }
}

/** Neighbours that may share a transaction form one stage; at least one, because every target's revision moves. */
function groupByStage(changes: readonly Change[]): Change[][] {
  const groups: Change[][] = []
  for (const change of changes) {
    const last = groups.at(-1)
    if (last === undefined || isAlone(change) || last.some(isAlone)) groups.push([change])
    else last.push(change)
  }
  return groups.length === 0 ? [[]] : groups
}

function isAlone(change: Change): boolean {
  return stepsOf(change).some((step) => step.kind === 'statement')
}

function invertGroups(start: PhysicalSchema, groups: readonly Change[][]): Change[][] {
  let before = start
  return groups.map((group) => {
    const inverses: Change[] = []
    for (const change of group) {
      inverses.unshift(kindOf(change).invert(before, change))
      before = kindOf(change).apply(before, change)
    }
    return inverses
  })
}

function stageOf(changes: readonly Change[], index: number): Stage {
  const steps = changes.flatMap(stepsOf)
  return {
    stage: index + 1,
    kind: steps.some((step) => step.kind === 'statement') ? 'statement' : 'transaction',
    sql: steps.map((step) => step.sql),
    index: steps.find((step) => step.index !== undefined)?.index ?? null,
    asides: changes.flatMap(asideEntry),
  }
}

function stepsOf(change: Change): readonly Step[] {
  return kindOf(change).toSql(change)
}

function asideEntry(change: Change): AsideEntry[] {
  const aside = asideOf(change)
  return aside === null ? [] : [{ kind: aside.column === null ? 'table' : 'column', ...aside }]
}
