/** Lines that name a namespace in a text, where Postgres knows nothing of it: every tenant would use what is there. Pure. */
import type { NamespaceRecord, RecordLine } from './record.ts'
import { folded } from './takeOff.ts'

const OBJECTS: ReadonlySet<string> = new Set([
  ...['table', 'view', 'materialized_view', 'sequence', 'function', 'procedure', 'aggregate'],
  ...['enum', 'domain', 'range', 'composite'],
])

/** Kind and name of each line in which `namespace` stands before the name of an object of the record; comments do nothing. */
export function linesNaming({ lines }: Pick<NamespaceRecord, 'lines'>, namespace: string): readonly string[] {
  const names = new Set(
    lines.filter(({ kind }) => OBJECTS.has(kind)).map(({ name }) => folded(name.split('(')[0] ?? '')),
  )
  const named = new RegExp(
    `(?<![\\p{L}\\p{N}_$."])"?${escaped(namespace)}"?\\.("(?:[^"]|"")*"|[\\p{L}_][\\p{L}\\p{N}_$]*)`,
    'giu',
  )
  const isNaming = ({ kind, facts }: RecordLine): boolean =>
    kind !== 'comment' &&
    textsIn(facts).some((text) => [...text.matchAll(named)].some(([, name = '']) => names.has(folded(name))))
  return lines.filter(isNaming).map(({ kind, name }) => `${kind.replaceAll('_', ' ')} ${name}`)
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
