/** What a project's earlier revisions called things, and where they had them: a target may be older than its record says. */

import { isRelationField } from '../../logical/relations/relationFields.ts'
import type { Field, LogicalSchema } from '../../logical/schema.ts'
import { projectField, projectSchema } from '../project.ts'

/** Of all revisions together. */
export interface Past {
  /** By table: the columns that a table of that name has ever had. */
  readonly columns: ReadonlyMap<string, ReadonlySet<string>>
  /** As `table.column`: columns of today whose values lay in another column at an earlier revision, inside a document. */
  readonly moved: ReadonlySet<string>
}

/** The past of a project that has only ever been what it is. */
export const NO_PAST: Past = { columns: new Map(), moved: new Set() }

/** What was before `now`, or came after it. */
export function pastOf(history: readonly LogicalSchema[], now: LogicalSchema): Past {
  const columns = new Map<string, Set<string>>()
  const nested = new Set<string>()
  for (const schema of history) {
    for (const { name, columns: names } of Object.values(projectSchema(schema).tables)) {
      const known = columns.get(name) ?? new Set()
      for (const column of Object.keys(names)) known.add(column)
      columns.set(name, known)
    }
    for (const { id, fields } of schema.models) {
      for (const field of fields.flatMap(below)) nested.add(`${id} ${field.id}`)
    }
  }
  const moved = now.models.flatMap(({ id, name, fields }) =>
    fields
      .filter((field) => !isRelationField(field) && nested.has(`${id} ${field.id}`))
      .flatMap((field) => projectField(name, field).map(({ column }) => `${name}.${column.name}`)),
  )
  return { columns, moved: new Set(moved) }
}

function below({ sub_field_info: children = [] }: Field): readonly Field[] {
  return children.flatMap((child) => [child, ...below(child)])
}
