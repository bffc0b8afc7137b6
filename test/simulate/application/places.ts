/**
 * Where the values of a logical schema lie in a target. A value is a *cell*, named by ids that stay when its field or
 * model is renamed or moved; its place is a column, or keys within the documents of one.
 */
import { valueKindOf } from '../../../src/logical/fields/casts.ts'
import { fixedChoices } from '../../../src/logical/fields/fieldKind.ts'
import { localeKey, localesOf } from '../../../src/logical/fields/locales.ts'
import { isRelationField } from '../../../src/logical/relations/relationFields.ts'
import { keyColumnsOf, type Relation, relationsOf } from '../../../src/logical/relations/relations.ts'
import type { Field, LogicalSchema, Model } from '../../../src/logical/schema.ts'
import type { CellKind } from './casts.ts'

/** A place within the documents of a column; `keys` is empty for the column itself. */
export interface Place {
  readonly cell: string
  readonly kind: CellKind
  readonly keys: readonly string[]
}

/** One column of a model's table. */
export interface ColumnPlace extends Place {
  readonly column: string
  readonly notNull: boolean
  readonly unique: boolean
  /** The only texts that it takes; null for any. */
  readonly choices: readonly string[] | null
  /** Values that a row may have got which never had one of its own. */
  readonly fallback: unknown
  /** The id of the model whose ids it holds. */
  readonly references: string | null
  /** The places within its documents; empty unless it holds documents whose fields are known. */
  readonly within: readonly Place[]
}

/** The table of a model. */
export interface TablePlace {
  /** The model's id. */
  readonly model: string
  readonly table: string
  readonly single: boolean
  readonly columns: readonly ColumnPlace[]
  /** Whether rows of other tables may point to its rows, or a relation's table does. */
  readonly related: boolean
}

/** A key that the application puts into documents and that no field stands for. */
export const FREE_KEY = 'x_free'

/** The tables of all models; tables of many-to-many relations are left out. */
export function placesOf(schema: LogicalSchema): readonly TablePlace[] {
  const relations = relationsOf(schema)
  return schema.models.map((model) => ({
    model: model.id,
    table: model.name,
    single: model.single_record ?? false,
    columns: [...model.fields.flatMap(fieldColumns), ...keyColumns(model, relations)],
    related: relations.some(({ from, to }) => from.id === model.id || to.id === model.id),
  }))
}

/** Every cell of a table with its column. */
export function cellsOf(
  table: TablePlace,
): ReadonlyMap<string, { readonly column: ColumnPlace; readonly place: Place }> {
  return new Map(
    table.columns.flatMap((column) =>
      [column, ...column.within].map((place) => [place.cell, { column, place }] as const),
    ),
  )
}

/** The cell of a field, for the one of an element of its list. */
export function placeKey(key: string): string {
  return key.split('#')[0] ?? key
}

function fieldColumns(field: Field): readonly ColumnPlace[] {
  if (isRelationField(field)) return []
  const kind = valueKindOf(field)
  return localesOf(field).map(({ locale, column }) => ({
    cell: `${field.id}/${localeKey(locale)}`,
    kind,
    column,
    keys: [],
    notNull: field.validation?.required ?? false,
    unique: field.validation?.unique ?? false,
    choices: fixedChoices(field),
    fallback: field.validation?.default ?? null,
    references: null,
    within: documentPlaces(field, [], localeKey(locale)),
  }))
}

/** The places of leaves; lists within documents are left to others. Each locale has documents of its own. */
function documentPlaces(field: Field, keys: readonly string[], locale: string): readonly Place[] {
  const kind = valueKindOf(field)
  if (kind !== 'object' && (kind !== 'repeated' || keys.length > 0)) return []
  const free: Place = { cell: `${field.id}/${locale}/${FREE_KEY}`, kind: 'text', keys: [...keys, FREE_KEY] }
  const children = (field.sub_field_info ?? []).flatMap((child): readonly Place[] => {
    const path = [...keys, child.identifier]
    const childKind = valueKindOf(child)
    if (childKind === 'object') return documentPlaces(child, path, locale)
    if (childKind === 'repeated' || child.system_generated) return []
    return [{ cell: `${child.id}/${locale}`, kind: childKind, keys: path }]
  })
  return [free, ...children]
}

function keyColumns(model: Model, relations: readonly Relation[]): readonly ColumnPlace[] {
  return relations.flatMap((relation) =>
    keyColumnsOf(relation).flatMap(({ side, table, column, unique }): readonly ColumnPlace[] => {
      if (table !== model.name) return []
      const references = side === 'from' ? relation.to.id : relation.from.id
      const cell = `key ${relation.id} ${side}`
      const rules = { notNull: false, unique, choices: null, fallback: null }
      return [{ cell, kind: 'key', column, keys: [], ...rules, references, within: [] }]
    }),
  )
}
