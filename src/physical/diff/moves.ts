/** A field that moves between columns: out of a document, into one, or from one to another. */
import { valueKindOf } from '../../logical/fields/casts.ts'
import type { Field, Model } from '../../logical/schema.ts'
import { fromJsonSql } from '../changes/sql/castSql.ts'
import { lostSql, misfitSql, orElseSql } from '../changes/sql/conditions.ts'
import { editSql, getSql, putSql } from '../changes/sql/jsonSql.ts'
import { entryOf } from '../entryOf.ts'
import { castableDefault } from '../expressions/castableDefault.ts'
import type { Expression } from '../expressions/expression.ts'
import type { DataCheck } from '../plan/checks.ts'
import { projectField } from '../project.ts'
import type { Table } from '../schema.ts'
import type { Draft, DraftContext } from './draft.ts'
import { pathTo } from './nested.ts'
import { columnNames, documentOf, jsonAt, misfitIn, type Place, placesOf } from './places.ts'
import { type Flow, replacedColumns } from './replace.ts'

/** A move with the root fields that it concerns. */
export interface Move {
  readonly from: Place
  readonly to: Place
}

/** The field whose column changes between two versions of a model, or null. */
export function moveBetweenColumns(before: Model, after: Model): Move | null {
  const next = new Map(placesOf(after).map((place) => [place.field.id, place]))
  for (const from of placesOf(before)) {
    const to = next.get(from.field.id)
    if (to === undefined || to.parents[0]?.id === from.parents[0]?.id) continue
    return { from, to }
  }
  return null
}

/** The ids of the root fields whose columns the move concerns. */
export function rootsOfMove({ from, to }: Move): readonly string[] {
  return [from, to].map(({ field, parents }) => (parents[0] ?? field).id)
}

/** The new columns that the move asks for, with everything that keeps old and new in step. */
export function movedField(context: DraftContext, before: Table, table: string, after: Model, move: Move): Draft {
  const roots = rootsOfMove(move)
  const gone = [move.from, move.to].flatMap(({ field, parents }) => columnNames(parents[0] ?? field))
  const come = after.fields.filter((field) => roots.includes(field.id)).flatMap((field) => projectField(table, field))
  const turned = context.memory?.turned ?? false
  const done = turned ? { from: move.to, to: move.from } : move
  const [leaves, arrives] = [leaving(done), arriving(done)]
  const forward = [...leaves.forward, ...arrives.forward]
  const backward = [...arrives.backward, ...leaves.backward]
  return replacedColumns(context, {
    table,
    before,
    gone: [...new Set(gone)].filter((name) => entryOf(before.columns, name) !== undefined),
    come,
    forward: turned ? backward : forward,
    backward: turned ? forward : backward,
    checks: misfitChecks(table, move),
  })
}

/** The document (or the column) that the field leaves: without it, and back. */
function leaving({ from, to }: Move): { forward: Flow[]; backward: Flow[] } {
  const key = from.field.identifier
  const root = from.parents[0]
  if (root === undefined) {
    const value = fromJsonSql(valueKindOf(from.field), getSql(pathTo(to.parents), key))
    const document = documentOf(to)
    return {
      forward: [],
      backward: [
        {
          column: key,
          value: () => ({ sql: value, columns: [document] }),
          misfit: (self) => misfitIn(getSql(pathTo(to.parents), key), document, self),
        },
      ],
    }
  }
  const path = pathTo(from.parents)
  const [column] = columnNames(root)
  const name = column ?? root.identifier
  const back = jsonAt(to, key, '$2')
  return {
    forward: [
      { column: name, value: () => ({ sql: editSql(path, { op: 'remove', key }), columns: [name] }), misfit: null },
    ],
    backward: [
      { column: name, value: () => ({ sql: putSql(path, key, back.sql), columns: [name, back.column] }), misfit: null },
    ],
  }
}

/** The document (or the column) that the field comes to: with it, and back. */
function arriving({ from, to }: Move): { forward: Flow[]; backward: Flow[] } {
  const key = to.field.identifier
  const root = to.parents[0]
  const source = jsonAt(from, key, '$2')
  if (root === undefined) return { forward: [intoColumn(from, to.field)], backward: [] }
  const path = pathTo(to.parents)
  const [column] = columnNames(root)
  const name = column ?? root.identifier
  const lost = (self: string): Expression => ({
    sql: lostSql(jsonAt(from, key, '$1').sql, getSql(path, key, '$2')),
    columns: [source.column, self],
  })
  return {
    forward: [
      {
        column: name,
        value: () => ({ sql: putSql(path, key, source.sql), columns: [name, source.column] }),
        misfit: lost,
      },
    ],
    backward: [
      { column: name, value: () => ({ sql: editSql(path, { op: 'remove', key }), columns: [name] }), misfit: null },
    ],
  }
}

function intoColumn(from: Place, field: Field): Flow {
  const document = documentOf(from)
  const json = getSql(pathTo(from.parents), field.identifier)
  const value = fromJsonSql(valueKindOf(field), json)
  const fallback = castableDefault(field)
  return {
    column: field.identifier,
    value: () => ({ sql: fallback === null ? value : orElseSql(value, fallback), columns: [document] }),
    misfit: () => ({ sql: misfitSql(json, value), columns: [document] }),
  }
}

function misfitChecks(table: string, { from, to }: Move): readonly DataCheck[] {
  const key = from.field.identifier
  if (to.parents.length === 0) {
    const flow = intoColumn(from, to.field)
    const what = `with a value in "${[...from.parents.map((parent) => parent.identifier), key].join('.')}" that does not fit a ${to.field.field_type} column`
    return flow.misfit === null ? [] : [{ table, kind: 'rows', what, expression: flow.misfit('') }]
  }
  const source = jsonAt(from, key, '$1')
  const [column] = columnNames(to.parents[0] ?? to.field)
  const document = column ?? key
  const path = pathTo(to.parents)
  const put = putSql(path, key, source.sql, '$2')
  const sql = lostSql(source.sql, getSql(path, key, put))
  const what = `without a place for "${key}" in "${to.parents.map((parent) => parent.identifier).join('.')}"`
  return [{ table, kind: 'rows', what, expression: { sql, columns: [source.column, document] } }]
}
