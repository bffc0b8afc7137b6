/** Where a field is, and how its value is read there. */
import type { Field, Model } from '../../logical/schema.ts'
import { misfitSql, toJsonSql } from '../changes/sql/conditions.ts'
import { getSql } from '../changes/sql/jsonSql.ts'
import type { Expression } from '../expressions/expression.ts'
import { projectField } from '../project.ts'
import { nestedFields, pathTo } from './nested.ts'

/** Where a field is: at the root of its model, or below root fields of it. */
export interface Place {
  readonly field: Field
  readonly parents: readonly Field[]
}

/** The value of the field at a place, as JSON, over one column. */
export function jsonAt({ field, parents }: Place, key: string, place: string): { sql: string; column: string } {
  const root = parents[0]
  if (root === undefined) return { sql: toJsonSql(place), column: field.identifier }
  return { sql: getSql(pathTo(parents), key, place), column: documentOf({ field, parents }) }
}

/** A value of a document that did not fit into the column. */
export function misfitIn(json: string, document: string, self: string): Expression {
  return { sql: misfitSql(json, '$2'), columns: [document, self] }
}

/** The column of the document (or of the field itself) at a place. */
export function documentOf({ field, parents }: Place): string {
  const root = parents[0] ?? field
  return columnNames(root)[0] ?? root.identifier
}

/** The columns of a root field. */
export function columnNames(root: Field): readonly string[] {
  return projectField('', root).map(({ column }) => column.name)
}

/** All fields of a model, nested ones too. */
export function placesOf(model: Model): readonly Place[] {
  return model.fields.flatMap((field) => [{ field, parents: [] }, ...nestedFields(field)])
}
