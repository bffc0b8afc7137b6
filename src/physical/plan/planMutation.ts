/** From a mutation to a plan: apply it, compare, group into stages, hash. The same input gives the same plan. */

import { hashOf } from '../../hash.ts'
import { applyMutation } from '../../logical/applyMutation.ts'
import { type Mutation, simpleMutations } from '../../logical/mutations/index.ts'
import type { LogicalSchema } from '../../logical/schema.ts'
import type { Hazard } from '../change.ts'
import { type Change, kindOf } from '../changes/index.ts'
import { addForeignKeysSql, createTableSql } from '../changes/sql/columnSql.ts'
import type { DraftContext } from '../diff/draft.ts'
import { entryOf } from '../entryOf.ts'
import { differences } from '../equality.ts'
import { changesAlong, stepsOf } from '../past/changesAlong.ts'
import { projectSchema } from '../project.ts'
import type { PhysicalSchema, Table } from '../schema.ts'
import { batchesOf } from './applicationCode.ts'
import type { PlannedCheck } from './checks.ts'
import { settlingSql } from './followSyncs.ts'
import { operationName } from './operationName.ts'
import type { Plan } from './plan.ts'
import { rowTables } from './rowTables.ts'
import { stagesOf } from './stages.ts'

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
  if (nextSchema === schema) return unchangedPlan(schema, revision, schemaHashOf(revision, schema))
  const steps = stepsOf(schema, mutation, operationId)
  const { changes, checks } = changesAlong(steps, { nextName: nameGiver(operationId) })
  const plan = assemblePlan({ schema, revision, nextSchema, changes, checks, start: projectSchema(schema) })
  return { ...plan, hazards: [...plan.hazards, ...notCopied(mutation)] }
}

/** A copy of a model is a table of its own, of which only the fields are known. */
function notCopied(mutation: Mutation): readonly Hazard[] {
  return simpleMutations(mutation).flatMap((each) =>
    each.type === 'duplicate_model'
      ? [
          {
            name: 'COPIES_FIELDS_ONLY',
            detail: `${each.new_name} gets neither the rows and relations of ${each.model_name}, nor its grants, row level security, policies, triggers, comments and statistics`,
          },
        ]
      : [],
  )
}

/** What both directions of a plan are made of. */
export interface PlanParts {
  readonly schema: LogicalSchema
  readonly revision: number
  readonly nextSchema: LogicalSchema
  /** The tables of `schema`, and what is set aside beside them when the changes bring it back. */
  readonly start: PhysicalSchema
  readonly changes: readonly Change[]
  readonly checks: readonly PlannedCheck[]
}

/** The plan of proven changes: grouped into stages, with its undo, hashed. */
export function assemblePlan({ schema, revision, nextSchema, start, changes, checks }: PlanParts): Plan {
  proveChanges(start, nextSchema, changes)
  const schemaHash = schemaHashOf(revision, schema)
  const nextRevision = revision + 1
  const content = {
    baseRevision: revision,
    nextRevision,
    schemaHash,
    nextSchemaHash: schemaHashOf(nextRevision, nextSchema),
    ...stagesOf(start, changes),
    settle: settlingSql(changes),
    checks,
  }
  return {
    ...content,
    format: 2,
    nextSchema,
    hash: hashOf(content),
    unchanged: false,
    changes,
    hazards: [
      ...changes.flatMap((change) => kindOf(change).hazards(change)),
      ...sharedDefaults(start, projectSchema(nextSchema)),
    ],
    touches: [...new Set(changes.flatMap((change) => kindOf(change).touches(change)))].sort(),
    rows: rowTables(start, changes, checks),
    batches: batchesOf(start, changes),
  }
}

/** What pins a target to a revision: two operations can have meant a different one. */
export function schemaHashOf(revision: number, schema: LogicalSchema): string {
  return hashOf({ revision, schema })
}

/** The statements that build a whole schema in an empty namespace. */
export function provisionSql(physical: PhysicalSchema): readonly string[] {
  const tables = Object.values(physical.tables)
  return [...tables.flatMap(createTableSql), ...tables.flatMap(addForeignKeysSql)]
}

/** The schema after the changes. */
export function applyChanges(schema: PhysicalSchema, changes: readonly Change[]): PhysicalSchema {
  return changes.reduce((before, change) => kindOf(change).apply(before, change), schema)
}

/** Columns that become unique while their default is the same for all rows. */
function sharedDefaults(before: PhysicalSchema, after: PhysicalSchema): readonly Hazard[] {
  const shared = ({ uniques, columns }: Table): readonly string[] =>
    Object.values(uniques).flatMap((key) => {
      const [name = ''] = key.columns
      return key.columns.length === 1 && (entryOf(columns, name)?.default ?? null) !== null ? [name] : []
    })
  return Object.values(after.tables).flatMap((table) => {
    const old = entryOf(before.tables, table.name)
    if (old === undefined) return []
    return shared(table)
      .filter((name) => !shared(old).includes(name))
      .map((name) => ({
        name: 'UNIQUE_DEFAULT',
        detail: `${table.name}.${name} is unique and has a default: a second row that an application writes without it is refused`,
      }))
  })
}

/** A fault of the planner must not reach a target. */
function proveChanges(start: PhysicalSchema, after: LogicalSchema, changes: readonly Change[]): void {
  const found = differences(projectSchema(after), applyChanges(start, changes))
  if (found.length === 0) return
  throw new Error(`the planned changes do not lead to the schema: ${found.map(({ object }) => object).join(', ')}`)
}

/** The plan of a request that changes nothing. */
export function unchangedPlan(schema: LogicalSchema, revision: number, schemaHash: string): Plan {
  const content = { baseRevision: revision, nextRevision: revision, schemaHash, nextSchemaHash: schemaHash }
  return {
    ...content,
    nextSchema: schema,
    hash: hashOf(content),
    unchanged: true,
    changes: [],
    forward: [],
    compensation: [],
    settle: [],
    checks: [],
    hazards: [],
    touches: [],
  }
}

/** Names of what an operation makes on targets, one after the other. */
export function nameGiver(operationId: string): DraftContext['nextName'] {
  const operation = operationName(operationId)
  let number = 0
  return () => {
    number += 1
    const name = `${operation}_${number}`
    return { name, number, prefix: `_aside_${name}` }
  }
}
