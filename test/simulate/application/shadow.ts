/** The shadow copy: what the application wrote into one tenant and was told to be written, by ids and never by names. */
import { isDeepStrictEqual } from 'node:util'
import { type CellKind, castBack, castValue } from './casts.ts'

/** One way in which a value may be written now: as it was written, or as a change of its type has left it. */
export interface Form {
  readonly kind: CellKind
  readonly value: unknown
}

/** One value. */
export interface Cell {
  readonly forms: readonly Form[]
  /** The hash of the schema whose columns it was written to, or has come to since. */
  readonly schema: string
  /** False after a write whose answer was lost: it may be either. */
  readonly sure: boolean
  /** Counts the writes of the tenant. */
  readonly at: number
  /** The cell of the column within whose documents it lies; null where it has a column of its own. */
  readonly within: string | null
}

/** One row, by its cells; `sure` is false while it may not be there, `schema` as that of a cell. */
export interface Row {
  readonly cells: Map<string, Cell>
  sure: boolean
  schema: string
}

/** A value, or with `cell` null a whole row, that no schema shows any more: it must be set aside somewhere. */
export interface Hidden {
  readonly model: string
  readonly row: string
  readonly cell: string | null
  readonly forms: readonly Form[]
  /** The operation that hid it; null where an undo did. */
  readonly by: string | null
  /** The name of its column, or of its table where the whole row is hidden; where it was found aside, the name there. */
  readonly name: string
  /** The cell of the column that still holds it, as a part of something else: whoever writes that writes over it. */
  readonly within: string | null
  /** For a row: its values. */
  readonly cells: ReadonlyMap<string, Cell>
}

/** Everything about one tenant. */
export interface Shadow {
  /** Rows by the id of their model and their own. */
  readonly rows: Map<string, Map<string, Row>>
  hidden: Hidden[]
  /** The hash of the schema that it was last brought to; null before the first. */
  schema: string | null
  /** Writes so far, and how many of them there were when it was last compared. */
  writes: number
  compared: number
}

/** The shadow of a tenant of which nothing is known. */
export function emptyShadow(): Shadow {
  return { rows: new Map(), hidden: [], schema: null, writes: 0, compared: 0 }
}

/** The rows of a model; the map is the shadow's own. */
export function rowsOf(shadow: Shadow, model: string): Map<string, Row> {
  const known = shadow.rows.get(model)
  if (known !== undefined) return known
  const rows = new Map<string, Row>()
  shadow.rows.set(model, rows)
  return rows
}

/** A value that was just written; `at` is the number of the write. */
export function written(form: Form, schema: string, at: number, within: string | null = null): Cell {
  return { forms: [form], schema, sure: true, at, within }
}

/** The same value in a schema where its field has this kind; every earlier form stays known, since an undo brings it back. */
export function inKind(cell: Cell, kind: CellKind, schema: string): Cell {
  return { ...cell, schema, forms: withKind(cell.forms, kind) }
}

/** Whether a value that was found can be this one. */
export function isValue(forms: readonly Form[], kind: CellKind, found: unknown): boolean {
  return withKind(forms, kind).some((form) => form.kind === kind && sameValue(form.value, found))
}

/** Whether the value has a form of this kind. */
export function fitsKind(forms: readonly Form[], kind: CellKind): boolean {
  return withKind(forms, kind).some((form) => form.kind === kind)
}

/** Whether two values of JSON are the same; texts that hold the same document are. */
export function sameValue(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(one, other)
}

/** Whether a value is somewhere within what was found, in any of its forms or as a text. */
export function holdsValue(forms: readonly Form[], found: unknown): boolean {
  if (forms.some(({ value }) => sameValue(value, found) || String(value) === found)) return true
  if (typeof found === 'string' && /^\s*[[{]/.test(found)) return holdsValue(forms, documentIn(found))
  if (typeof found !== 'object' || found === null) return false
  return Object.values(found).some((each) => holdsValue(forms, each))
}

function withKind(forms: readonly Form[], kind: CellKind): readonly Form[] {
  const others = forms.filter((form) => form.kind !== kind)
  const made = others.flatMap((form) =>
    [...castValue(form.value, form.kind, kind), ...castBack(form.value, form.kind, kind)].map((value) => ({
      kind,
      value,
    })),
  )
  const fresh = made.filter(({ value }) => !forms.some((form) => form.kind === kind && sameValue(form.value, value)))
  return [...forms, ...fresh]
}

function documentIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
