/** What the setting `ignore` of a project names: `audit_*` is a table, `policy:patient.*` an object of another kind. */

/** One pattern. */
export interface IgnorePattern {
  readonly kind: string
  /** With `*` for anything. */
  readonly glob: string
}

const TABLE = 'table'

/** Kinds by which objects can be named; anything else in front of a colon is part of a name. */
const KINDS: ReadonlySet<string> = new Set([
  ...[TABLE, 'view', 'materialized_view', 'sequence', 'column', 'index', 'constraint', 'trigger', 'policy', 'rule'],
  ...['statistics', 'enum', 'domain', 'range', 'composite', 'function', 'procedure', 'aggregate', 'child', 'partition'],
  ...['owner', 'grants', 'comment', 'publication', 'owned_by', 'populated', 'default_privileges', 'extension'],
  ...['operator', 'operator_class', 'operator_family', 'collation', 'conversion', 'foreign_table', 'base_type'],
  ...['text_search_configuration', 'text_search_dictionary', 'text_search_parser', 'text_search_template'],
])

/** What a text of the setting means. */
export function ignorePatternOf(text: string): IgnorePattern {
  const at = text.indexOf(':')
  const kind = text.slice(0, Math.max(at, 0))
  return KINDS.has(kind) ? { kind, glob: text.slice(at + 1) } : { kind: TABLE, glob: text }
}

/** The pattern for one table, whatever it is called. */
export function tablePattern(name: string): string {
  return ignorePatternOf(name).glob === name ? name : `${TABLE}:${name}`
}

/** The globs over tables: in a project of models nothing else is compared. */
export function tableGlobs(texts: readonly string[]): readonly string[] {
  return texts.map(ignorePatternOf).flatMap(({ kind, glob }) => (kind === TABLE ? [glob] : []))
}

/** A glob as a pattern over a whole name. */
export function globPattern(glob: string): RegExp {
  return new RegExp(`^${glob.split('*').map(escaped).join('.*')}$`, 's')
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
