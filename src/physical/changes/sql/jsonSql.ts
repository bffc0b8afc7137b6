/** Edits of documents as SQL over a column; parents that are lists are edited in each of their elements. */
import type { ValueKind } from '../../../logical/fields/casts.ts'
import { literal, textArray } from '../../sql.ts'

/** Where in a document: keys down to the parent. */
export interface DocumentPath {
  readonly keys: readonly string[]
  /** Whether the document itself holds a list, and then what each of the keys leads to. */
  readonly repeated: readonly boolean[]
}

/** What is done to each parent that the path leads to. */
export type DocumentEdit =
  | { readonly op: 'rename'; readonly from: string; readonly to: string }
  | { readonly op: 'copy'; readonly from: string; readonly to: string }
  | { readonly op: 'remove'; readonly key: string }
  | { readonly op: 'cast' | 'uncast'; readonly key: string; readonly from: ValueKind; readonly to: ValueKind }
  | { readonly op: 'move'; readonly key: string; readonly src: DocumentPath; readonly dst: DocumentPath }

/** The document after the edit; null when a value in it could not be cast. */
export function editSql(path: DocumentPath, edit: DocumentEdit, document = '$1'): string {
  return `schema_saga_target.json_edit_v1(${document}, ${textArray(path.keys)}, ${literal(JSON.stringify(edit))}::jsonb)`
}

/** The value of a key; of the first element where a parent is a list. */
export function getSql(path: DocumentPath, key: string, document = '$1'): string {
  return `schema_saga_target.json_get_v1(${document}, ${textArray(path.keys)}, ${literal(key)})`
}

/** The document with a key set; parents that are objects are made where they are missing. */
export function putSql(path: DocumentPath, key: string, value: string, document = '$1'): string {
  const flags = `ARRAY[${path.repeated.join(', ')}]::boolean[]`
  return `schema_saga_target.json_put_v1(${document}, ${textArray(path.keys)}, ${flags}, ${literal(key)}, ${value})`
}

/** The document with a key that an older version of it has. */
export function putBackSql(path: DocumentPath, key: string, document = '$1', older = '$2'): string {
  return `schema_saga_target.json_put_back_v1(${document}, ${older}, ${textArray(path.keys)}, ${literal(key)})`
}
