/** What a revision of a project of SQL is: a line for each object of a namespace, and where such lines may be compared. */

/** One object, or one thing that is said of an object: whose it is, who may do what, a comment. */
export interface RecordLine {
  /** `table`, `column`, `index`, ... or `owner`, `grants`, `comment` and others that are said of an object. */
  readonly kind: string
  /** Within its namespace, as in SQL: `invoice`, `invoice.total`, `total_of(integer)`; of what is said of one, with its kind before. */
  readonly name: string
  /** What is known of it. Names of the namespace itself do not occur. */
  readonly facts: Readonly<Record<string, unknown>>
}

/** How a server prints lines: those of another printing cannot be compared with them. */
export interface Printing {
  /** The server's. */
  readonly major: number
  /** The extensions of which the lines use something, and where they are; `<namespace>` is the namespace itself. */
  readonly extensions: Readonly<Record<string, string>>
}

/** All lines of a namespace, by kind and name. */
export interface NamespaceRecord {
  readonly format: number
  readonly printing: Printing
  readonly lines: readonly RecordLine[]
}

/** Of the lines that are written now; one of another format is read again before it is compared. */
export const RECORD_FORMAT = 1

/** The kind of a line for an object of which nothing more can be told: it equals nothing. */
export const UNSUPPORTED = 'unsupported'

/** The objects that no line describes, in words: `operator class widget_ops`. */
export function unsupportedIn(record: Pick<NamespaceRecord, 'lines'>): readonly string[] {
  return record.lines.filter(({ kind }) => kind === UNSUPPORTED).map(({ name }) => name)
}
