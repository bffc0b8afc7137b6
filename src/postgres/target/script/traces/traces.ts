/** What a transaction leaves behind, and what is known of it. */

/** An object with locks, or with rows in catalogs that may be of this transaction. */
export interface Trace {
  /** Numbers of objects, which JSON has as texts. */
  readonly classid: string
  readonly oid: string
  readonly modes: readonly string[] | null
  readonly xids: readonly string[] | null
}

/** What is known of an object. */
export interface Described {
  readonly classid: string
  readonly oid: string
  readonly namespace: string | null
  readonly kind: string
  readonly name: string
  /** Of a relation: the one that it counts as. */
  readonly root: string | null
  /** The transaction that may have made it. */
  readonly birth: string | null
  /** Bookkeeping, temporary, or brought along by another. */
  readonly hidden: boolean
}

/** What a query says of traces. */
export interface Lists {
  readonly touched: readonly Trace[]
  readonly described: readonly Described[]
}

/** An object of this transaction. */
export interface Found extends Described {
  readonly trace: Trace
  readonly isDropped: boolean
}

/** One per object of a class. */
export function keyOf({ classid, oid }: Pick<Trace, 'classid' | 'oid'>): string {
  return `${classid} ${oid}`
}
