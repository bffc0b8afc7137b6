/** Lines of what a project ignores, and of what hangs on that. Pure. */
import { globPattern, ignorePatternOf } from '../ignorePattern.ts'
import { type RecordLine, UNSUPPORTED } from './record.ts'

/** Whatever is ignored of these is ignored with all that hangs on it. */
const RELATIONS: ReadonlySet<string> = new Set(['table', 'view', 'materialized_view', 'sequence'])

/** Whose names begin with that of their relation. */
const PARTS: ReadonlySet<string> = new Set(['column', 'constraint', 'trigger', 'policy', 'rule'])

/** What is said of an object has its kind, in words, and its name for a name. */
const SAID_OF: ReadonlySet<string> = new Set(['owner', 'grants', 'comment', 'owned_by', 'populated'])

/** The lines that count. `ignore`: globs over tables, or `kind:glob`. */
export function withoutIgnoredLines(lines: readonly RecordLine[], ignore: readonly string[]): readonly RecordLine[] {
  if (ignore.length === 0) return lines
  const patterns = ignore.map(ignorePatternOf).map(({ kind, glob }) => ({ kind, pattern: globPattern(glob) }))
  const isNamed = (kind: string, name: string): boolean =>
    patterns.some((each) => each.kind === kind && (each.pattern.test(name) || each.pattern.test(unquoted(name))))
  const isUnsupported = ({ kind, name }: RecordLine): boolean =>
    kind === UNSUPPORTED &&
    patterns.some((each) => {
      const words = `${each.kind.replaceAll('_', ' ')} `
      return name.startsWith(words) && each.pattern.test(name.slice(words.length))
    })
  const relations = new Set(
    lines.flatMap(({ kind, name }) => (RELATIONS.has(kind) && isNamed(kind, name) ? [name] : [])),
  )
  // A sequence goes with the table whose column it counts.
  for (const { kind, name, facts } of lines) {
    if (kind === 'owned_by' && relations.has(relationOf(String(facts.column))))
      relations.add(name.slice('sequence '.length))
  }
  const hangsOn = ({ kind, name, facts }: RecordLine): boolean => {
    if (RELATIONS.has(kind)) return relations.has(name)
    if (PARTS.has(kind)) return relations.has(relationOf(name))
    if (kind === 'publication') return relations.has(name.slice(name.indexOf(' of ') + ' of '.length))
    if (kind === 'child' || kind === 'partition') return relations.has(String(facts.parent)) || isNamed('table', name)
    return relations.has(String(facts.table))
  }
  const isOut = (each: RecordLine): boolean => isNamed(each.kind, each.name) || isUnsupported(each) || hangsOn(each)
  const described = lines.filter(({ kind }) => !SAID_OF.has(kind))
  const out = new Set(described.filter(isOut).flatMap(subjectsOf))
  const isSaidOfOut = ({ kind, name }: RecordLine): boolean => {
    if (!SAID_OF.has(kind)) return false
    const [, words = '', subject = ''] = /^(materialized view|\S+) (.*)$/s.exec(name) ?? []
    return out.has(name) || isNamed(words.replaceAll(' ', '_'), subject) || relations.has(partOf(words, subject))
  }
  return lines.filter((each) => !isOut(each) && !isSaidOfOut(each))
}

/** As what is said of an object names it; the index of a constraint has its name. */
function subjectsOf({ kind, name }: RecordLine): readonly string[] {
  const own = `${kind.replaceAll('_', ' ')} ${name}`
  return kind === 'constraint' ? [own, `index ${name.slice(relationOf(name).length + 1)}`] : [own]
}

function partOf(words: string, subject: string): string {
  return PARTS.has(words) ? relationOf(subject) : subject
}

/** The name in front of the first dot that is in no quotes. */
function relationOf(name: string): string {
  return /^(?:"(?:[^"]|"")*"|[^".]+)/.exec(name)?.[0] ?? name
}

function unquoted(name: string): string {
  return name.replaceAll(/"((?:[^"]|"")*)"/g, (_, text: string) => text.replaceAll('""', '"'))
}
