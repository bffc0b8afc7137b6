/** Names as lines of records have them: quoted where SQL needs it, and with the name of what they are on before their own. */
import type { RecordLine } from './record.ts'

/** By which a line is known in any record. */
export function keyOfLine({ kind, name }: Pick<RecordLine, 'kind' | 'name'>): string {
  return `${kind} ${name}`
}

/** The order of lines: by kind, then by name, whatever the locale. */
export function byKindAndName(a: RecordLine, b: RecordLine): number {
  return compare(a.kind, b.kind) || compare(a.name, b.name)
}

/** A name without its quotes. */
export function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name
}

const FIRST = /^(?:"(?:[^"]|"")*"|[^".( ]+)/

/** The first of several names, with its quotes: `invoice` of `invoice.total`, `fee` of `fee(integer)`. */
export function quotedFirst(name: string): string {
  return FIRST.exec(name)?.[0] ?? name
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
