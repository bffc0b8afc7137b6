import { z } from 'zod'
import { MUTATION_TYPES, MUTATIONS, type MutationType } from '../mutations/index.ts'
import { sqlJsonSchemas } from './sqlRequest.ts'

/** A JSON Schema, or a part of one. */
export type JsonSchema = z.core.JSONSchema.JSONSchema

/** The JSON Schema of a mutation or a change by SQL, for editors and for callers in other languages. */
export function mutationJsonSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Schema mutation',
    oneOf: [...MUTATION_TYPES.flatMap(formsOf), ...sqlJsonSchemas().map((form) => withType('run_sql', form))],
  }
}

/** The names of all keys that a mutation of this type may have, at any depth. */
export function knownKeys(type: MutationType): readonly string[] {
  return [...new Set(formsOf(type).flatMap(keysOf))]
}

function formsOf(type: MutationType): JsonSchema[] {
  const schema = z.toJSONSchema(MUTATIONS[type].input)
  return (schema.oneOf ?? [schema]).map((form) => withType(type, form))
}

function withType(type: string, { $schema: _, ...form }: JsonSchema): JsonSchema {
  return {
    ...form,
    properties: { type: { const: type }, ...form.properties },
    required: ['type', ...(form.required ?? [])],
  }
}

function keysOf(schema: JsonSchema): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, value]) =>
    typeof value === 'object' ? [key, ...keysOf(value)] : [key],
  )
}
