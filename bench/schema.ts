/** The small schema that every namespace has, and the changes that the rounds make to it. */
import { applyMutation } from '../src/logical/applyMutation.ts'
import type { Mutation } from '../src/logical/mutations/index.ts'
import { parseMutation } from '../src/logical/parse/parseMutation.ts'
import { EMPTY_SCHEMA, type LogicalSchema } from '../src/logical/schema.ts'
import { planMutation, provisionSql } from '../src/physical/plan/planMutation.ts'
import { projectSchema } from '../src/physical/project.ts'

/** The table that the rounds change. */
export const TABLE = 'food'

const DESCRIPTION = 'What is on the menu'

/** The mutations that make the schema: two tables. */
export const SCHEMA_MUTATIONS: readonly Mutation[] = [
  { type: 'create_model', name: 'Food', description: DESCRIPTION },
  { type: 'add_field', model_name: 'food', field_label: 'Name', field_type: 'text' },
  { type: 'create_model', name: 'Customer' },
  { type: 'add_field', model_name: 'customer', field_label: 'Email', field_type: 'text' },
].map(parseMutation)

/** A mutation that changes nothing. */
export const SAME_AGAIN = { type: 'update_model', model_name: 'food', description: DESCRIPTION } as const

/** The mutation of a round: one more column, without a default. */
export function addColumn(round: number): Mutation {
  return parseMutation({
    type: 'add_field',
    model_name: 'food',
    field_label: columnOf(round),
    field_type: 'text',
  })
}

/** The column that a round adds. */
export function columnOf(round: number): string {
  return `round_${round}`
}

/** The statements that fill an empty namespace, with `:"ns"` where its name belongs. */
export function namespaceSql(): readonly string[] {
  return provisionSql(projectSchema(benchSchema()))
}

/** The very statements that our plan of a round runs on a target, for those who run them without us. */
export function roundSql(round: number): readonly string[] {
  const plan = planMutation({ schema: benchSchema(), revision: 1, mutation: addColumn(round), operationId: 'bench' })
  return plan.forward.flatMap((stage) => stage.sql)
}

function benchSchema(): LogicalSchema {
  return SCHEMA_MUTATIONS.reduce((schema, each) => applyMutation(schema, each, { operationId: 'bench' }), EMPTY_SCHEMA)
}
