/** How two records differ, object by object. Pure. */
import { hashOf } from '../hash.ts'
import { keyOfLine } from './lineNames.ts'
import { type NamespaceRecord, type Printing, type RecordLine, UNSUPPORTED } from './record.ts'
import { asRestored } from './sameExpression.ts'

/** One object that is not as it was recorded. */
export interface LineDifference {
  /** Kind and name, as people say it: `column invoice.total`, `grants of table invoice`. */
  readonly object: string
  readonly kind: 'missing' | 'extra' | 'different'
  /** What differs of it, in words; empty for one that is missing or not expected. */
  readonly facts: readonly string[]
}

/** Sorted by object. An object that nothing describes differs from everything, itself included. */
export function recordDifferences(
  expected: Pick<NamespaceRecord, 'lines'>,
  actual: Pick<NamespaceRecord, 'lines'>,
): readonly LineDifference[] {
  const [before, after] = [byKey(expected.lines), byKey(actual.lines)]
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort()
  return keys.flatMap((key): LineDifference[] => {
    const [was, is] = [before.get(key), after.get(key)]
    if (was === undefined) return is === undefined ? [] : [{ object: objectText(is), kind: 'extra', facts: [] }]
    if (is === undefined) return [{ object: objectText(was), kind: 'missing', facts: [] }]
    if (was.kind === UNSUPPORTED)
      return [{ object: objectText(was), kind: 'different', facts: ['nothing describes it'] }]
    const facts = factsBetween(was, is)
    return facts.length === 0 ? [] : [{ object: objectText(was), kind: 'different', facts }]
  })
}

/** The lines of either that the other has not, or not so; what nothing describes counts only where it comes or goes. */
export function differingLines(
  expected: Pick<NamespaceRecord, 'lines'>,
  actual: Pick<NamespaceRecord, 'lines'>,
): readonly RecordLine[] {
  const [before, after] = [byKey(expected.lines), byKey(actual.lines)]
  const differsFrom = (others: ReadonlyMap<string, RecordLine>, line: RecordLine): boolean => {
    const other = others.get(keyOfLine(line))
    return other === undefined || factsBetween(line, other).length > 0
  }
  return [
    ...expected.lines.filter((line) => differsFrom(after, line)),
    ...actual.lines.filter((line) => differsFrom(before, line)),
  ]
}

/** `column invoice.total is different (type: numeric, and not integer)`. */
export function differenceText({ object, kind, facts }: LineDifference): string {
  return `${object} is ${kind}${facts.length === 0 ? '' : ` (${facts.join('; ')})`}`
}

/** The first of them, in words, and how many more there are. */
export function differencesText(differences: readonly LineDifference[], most: number): string {
  const told = differences.slice(0, most).map(differenceText).join('; ')
  return differences.length > most ? `${told}; and ${differences.length - most} more` : told
}

/** Why lines of the two cannot be compared, in words; null where they can. Extensions that only one of them uses are in its lines. */
export function printingProblem(expected: Printing, actual: Printing): string | null {
  if (expected.major !== actual.major) {
    return `it is on Postgres ${actual.major}, and its project was recorded on ${expected.major}: definitions print in other words there`
  }
  for (const [extension, namespace] of Object.entries(expected.extensions)) {
    const there = actual.extensions[extension]
    if (there !== undefined && there !== namespace) {
      return `extension "${extension}" is in namespace ${there}, and in ${namespace} where its project was recorded`
    }
  }
  return null
}

const SAID_OF = new Set(['owner', 'grants', 'comment', 'publication', 'owned_by', 'populated'])

function objectText({ kind, name }: RecordLine): string {
  const words = kind.replaceAll('_', ' ')
  if (kind === UNSUPPORTED) return name
  if (kind === 'publication') return `membership in publication ${name}`
  return SAID_OF.has(kind) ? `${words} of ${name}` : `${words} ${name}`
}

function byKey(lines: readonly RecordLine[]): ReadonlyMap<string, RecordLine> {
  return new Map(lines.map((line) => [keyOfLine(line), line]))
}

/** Of rights the facts are roles, whose names stay as they are. */
const BY_ROLE: ReadonlySet<string> = new Set(['grants', 'default_privileges'])

function factsBetween({ kind, facts: expected }: RecordLine, { facts: actual }: RecordLine): readonly string[] {
  const inWords = (name: string): string => (BY_ROLE.has(kind) ? name : name.replaceAll('_', ' '))
  // Nearly all are alike, in the order in which Postgres keeps them.
  if (JSON.stringify(expected) === JSON.stringify(actual)) return []
  const names = [...new Set([...Object.keys(expected), ...Object.keys(actual)])].sort()
  return names
    .filter((name) => comparable(name, expected[name]) !== comparable(name, actual[name]))
    .map((name) => `${inWords(name)}: ${valueText(actual[name])}, and not ${valueText(expected[name])}`)
}

/** What people wrote is compared to the letter. */
const TEXTS: ReadonlySet<string> = new Set(['body', 'text'])

function comparable(name: string, value: unknown): string {
  return hashOf((TEXTS.has(name) ? value : asRestored(value)) ?? null)
}

const MOST_CHARACTERS = 80

/** Definitions may be long: their beginning tells which one it is. */
function valueText(value: unknown): string {
  if (value === undefined || value === null) return 'none'
  const text = (typeof value === 'string' ? value : JSON.stringify(value)).replace(/\s+/g, ' ').trim()
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}...` : text
}
