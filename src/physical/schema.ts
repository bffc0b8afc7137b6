/**
 * The physical schema of one target: what Postgres has, without the name of the namespace.
 * Names are keys; the order of columns carries no meaning.
 */

/** One column; `default` is the expression exactly as Postgres prints it (`pg_get_expr`), for example `''::text`. */
export interface Column {
  readonly name: string
  /** The type as `format_type` prints it: `text`, `integer`, `numeric`, `boolean`, `date`, `jsonb`, `character varying(36)`. */
  readonly type: string
  readonly notNull: boolean
  readonly default: string | null
}

/** A primary key or unique constraint. */
export interface Key {
  readonly name: string
  readonly columns: readonly string[]
}

/** A check that a column holds one of a fixed list of texts, or a foreign one of which only the text is known. */
export type Check =
  | { readonly name: string; readonly column: string; readonly oneOf: readonly string[] }
  | { readonly name: string; readonly expression: string }

/** A foreign key to the `id` of another table of the same namespace. */
export interface ForeignKey {
  readonly name: string
  readonly columns: readonly string[]
  readonly table: string
  readonly references: readonly string[]
  readonly onDelete: 'set_null' | 'cascade' | 'restrict' | 'no_action'
}

/** An index that belongs to no constraint; `valid` is false for one whose concurrent build did not finish. */
export interface Index {
  readonly name: string
  readonly columns: readonly string[]
  readonly unique: boolean
  readonly valid: boolean
}

/** What a table of a target is beyond an ordinary one of ours, in words; an ordinary one has none of them. */
export interface TableTraits {
  readonly kind?: string
  readonly inheritance?: string
  readonly storage?: string
  readonly rowSecurity?: string
  readonly owner?: string
}

/** One table with everything on it. */
export interface Table {
  readonly name: string
  readonly columns: Readonly<Record<string, Column>>
  readonly primaryKey: Key | null
  readonly uniques: Readonly<Record<string, Key>>
  readonly checks: Readonly<Record<string, Check>>
  readonly foreignKeys: Readonly<Record<string, ForeignKey>>
  readonly indexes: Readonly<Record<string, Index>>
  /** Only of a table that was looked at: what we plan is always ordinary. */
  readonly traits?: TableTraits
}

/** Something that was deleted logically and is kept under another name until its hold ends. */
export type AsideObject =
  | { readonly kind: 'table'; readonly asideName: string; readonly table: Table }
  | {
      readonly kind: 'column'
      readonly asideName: string
      readonly table: string
      readonly column: Column
      /** What was on the column under its old names, so that restoring it is a function. */
      readonly uniques: readonly Key[]
      readonly checks: readonly Check[]
      readonly foreignKeys: readonly ForeignKey[]
      readonly indexes: readonly Index[]
    }

/** All tables of a target, and what is set aside beside them; the latter does not count for equality. */
export interface PhysicalSchema {
  readonly tables: Readonly<Record<string, Table>>
  readonly aside: Readonly<Record<string, AsideObject>>
}
