/** What a mutation does to the documents of a JSON column: one edit at one place. */
import { valueKindOf } from '../../logical/fields/casts.ts'
import type { FieldCopy } from '../../logical/mutation.ts'
import type { Field } from '../../logical/schema.ts'
import { isLost } from '../changes/sql/conditions.ts'
import { type DocumentEdit, type DocumentPath, editSql, putBackSql } from '../changes/sql/jsonSql.ts'
import type { Flow } from './replace.ts'

/** A field below a root field, with its parents from the root field down. */
export interface NestedField {
  readonly field: Field
  readonly parents: readonly Field[]
}

/** An edit of the documents, and what takes it back; null when only the older document can. */
export interface NestedEdit {
  readonly path: DocumentPath
  readonly edit: DocumentEdit
  readonly back: DocumentEdit | null
}

/** All fields below a root field. */
export function nestedFields(root: Field): readonly NestedField[] {
  const below = (field: Field, parents: readonly Field[]): NestedField[] =>
    (field.sub_field_info ?? []).flatMap((child) => [{ field: child, parents }, ...below(child, [...parents, child])])
  return below(root, [root])
}

/** Where a nested field is, seen from the column of its root field. */
export function pathTo(parents: readonly Field[]): DocumentPath {
  const below = parents.slice(1)
  return {
    keys: below.map((parent) => parent.identifier),
    repeated: parents.map((parent) => parent.field_type === 'repeated'),
  }
}

/** The edit that turns documents of the one field into those of the other; null when they stay as they are. */
export function nestedEdit(before: Field, after: Field, copies: readonly FieldCopy[]): NestedEdit | null {
  const old = nestedFields(before)
  const next = new Map(nestedFields(after).map((each) => [each.field.id, each]))
  for (const each of old) {
    const edit = editOf(each, next.get(each.field.id), after, next)
    if (edit !== null) return edit
  }
  for (const { from, to } of copies) {
    const copy = next.get(to)
    const source = old.find(({ field }) => field.id === from)
    if (copy === undefined || source === undefined) continue
    const edit: DocumentEdit = { op: 'copy', from: source.field.identifier, to: copy.field.identifier }
    return { path: pathTo(copy.parents), edit, back: { op: 'remove', key: copy.field.identifier } }
  }
  return null
}

/** The keys that mean something else, or nothing, once the edit is done; `turned`: once it is taken back. */
export function keysOf({ edit }: NestedEdit, turned: boolean): readonly string[] {
  switch (edit.op) {
    case 'rename':
      return [turned ? edit.to : edit.from]
    case 'remove':
      return turned ? [] : [edit.key]
    case 'copy':
      return turned ? [edit.to] : []
    case 'move':
    case 'cast':
      return [edit.key]
    default:
      return []
  }
}

/** The edit as it flows into the new column, and back into the old one. */
export function editFlows(
  { path, edit, back }: NestedEdit,
  from: string,
  to: string,
): { forward: Flow; backward: Flow } {
  // A value may not fit, or find no element to go to.
  const checked = edit.op === 'cast' || edit.op === 'move'
  return {
    forward: {
      column: to,
      value: () => ({ sql: editSql(path, edit), columns: [from] }),
      misfit: checked ? (self) => isLost(from, self) : null,
    },
    backward: {
      column: from,
      value: (self) =>
        back === null
          ? { sql: putBackSql(path, edit.op === 'remove' ? edit.key : ''), columns: [to, self] }
          : { sql: editSql(path, back), columns: [to] },
      misfit: checked ? (self) => isLost(to, self) : null,
    },
  }
}

function editOf(
  { field, parents }: NestedField,
  now: NestedField | undefined,
  root: Field,
  next: ReadonlyMap<string, NestedField>,
): NestedEdit | null {
  const path = pathTo(parents)
  if (now === undefined) {
    // What is below a field that went, or became something else, went with it.
    const parent = parents.at(-1)
    const still = parent?.id === root.id ? root : next.get(parent?.id ?? '')?.field
    if (still === undefined || still.field_type !== parent?.field_type) return null
    return { path, edit: { op: 'remove', key: field.identifier }, back: null }
  }
  if (now.parents.at(-1)?.id !== parents.at(-1)?.id) return moveEdit(field, parents, now.parents)
  if (now.field.identifier !== field.identifier) {
    const [from, to] = [field.identifier, now.field.identifier]
    return { path, edit: { op: 'rename', from, to }, back: { op: 'rename', from: to, to: from } }
  }
  const [from, to] = [valueKindOf(field), valueKindOf(now.field)]
  if (from === to) return null
  const cast = { key: field.identifier, from, to }
  return { path, edit: { op: 'cast', ...cast }, back: { op: 'uncast', ...cast } }
}

/** Within one document: seen from the parent that both places share. */
function moveEdit(field: Field, from: readonly Field[], to: readonly Field[]): NestedEdit {
  let shared = 1
  while (shared < from.length && from[shared]?.id === to[shared]?.id) shared += 1
  const key = field.identifier
  const src = pathTo(from.slice(shared - 1))
  const dst = pathTo(to.slice(shared - 1))
  return {
    path: pathTo(from.slice(0, shared)),
    edit: { op: 'move', key, src, dst },
    back: { op: 'move', key, src: dst, dst: src },
  }
}
