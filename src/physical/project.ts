/** The physical schema that a logical schema means: a pure function. */
import { columnOf } from '../logical/fieldTypes.ts'
import { localesOf } from '../logical/locales.ts'
import { checkName, indexName, primaryKeyName, uniqueName } from '../logical/physicalNames.ts'
import type { Field, LogicalSchema, Model } from '../logical/schema.ts'
import { defaultExpression } from './defaultExpression.ts'
import type { Check, Column, Index, Key, PhysicalSchema, Table } from './schema.ts'
import { byName } from './tableEntries.ts'

const ID: Column = { name: 'id', type: 'character varying(36)', notNull: true, default: null }

/** One column of a field with what is on it. */
export interface ProjectedColumn {
  readonly column: Column
  readonly unique: Key | null
  readonly check: Check | null
  readonly index: Index | null
}

/** The tables of all models. */
export function projectSchema(schema: LogicalSchema): PhysicalSchema {
  return { tables: byName(schema.models.map(projectModel)), aside: {} }
}

/** The table of a model. */
export function projectModel(model: Model): Table {
  const projected = model.fields.flatMap((field) => projectField(model.name, field))
  return {
    name: model.name,
    columns: byName([ID, ...projected.map((each) => each.column)]),
    primaryKey: { name: primaryKeyName(model.name), columns: ['id'] },
    uniques: byName(projected.flatMap((each) => each.unique ?? [])),
    checks: byName(projected.flatMap((each) => each.check ?? [])),
    foreignKeys: {},
    indexes: byName(projected.flatMap((each) => each.index ?? [])),
  }
}

/** The columns of a root field, one per locale. */
export function projectField(table: string, field: Field): readonly ProjectedColumn[] {
  const shape = columnOf(field)
  return localesOf(field).map(({ column: name }) => ({
    column: {
      name,
      type: shape.type,
      notNull: shape.notNull,
      default: shape.default === null ? null : defaultExpression(shape.type, shape.default),
    },
    unique: field.validation?.unique ? { name: uniqueName(table, name), columns: [name] } : null,
    check: shape.oneOf === null ? null : { name: checkName(table, name), column: name, oneOf: shape.oneOf },
    index: field.enable_indexing ? { name: indexName(table, name), columns: [name], unique: false, valid: true } : null,
  }))
}
