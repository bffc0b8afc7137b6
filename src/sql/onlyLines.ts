/** Which objects lines belong to, and the lines of some objects among those of a whole namespace. Pure. */
import { keyOfLine, quotedFirst, unquoted } from './lineNames.ts'
import type { RecordLine } from './record.ts'

/** Some objects of a namespace, by their names without quotes. Each line of a record belongs to one of them, or to the namespace. */
export interface Only {
  /** With all that hangs on them: columns, indexes, rules of all kinds, sequences of their columns, partitions, children. */
  readonly relations: readonly string[]
  /** With the constraints of domains. */
  readonly types: readonly string[]
  /** All of a name, whatever their arguments. */
  readonly routines: readonly string[]
  /** What belongs to none: rights and comment of the namespace, default privileges, extensions, and what nothing describes. */
  readonly namespace: boolean
}

/** No object at all. */
export const NOTHING: Only = { relations: [], types: [], routines: [], namespace: false }

type Owner = { readonly part: 'relations' | 'types' | 'routines'; readonly name: string } | 'namespace'

/** Where lines of a whole record say to what others belong. */
interface Known {
  readonly parents: ReadonlyMap<string, string>
  /** The table whose column a sequence counts. */
  readonly counted: ReadonlyMap<string, string>
  /** The tables of indexes and statistics, by kind and name. */
  readonly tables: ReadonlyMap<string, string>
  readonly domains: ReadonlySet<string>
}

/** `whole`: all lines of the namespace, before and after where they were changed; of partitions the root is told. */
export function objectsOfLines(lines: readonly RecordLine[], whole: readonly RecordLine[]): Only {
  const known = knownOf(whole)
  const found = { relations: new Set<string>(), types: new Set<string>(), routines: new Set<string>() }
  let namespace = false
  for (const line of lines) {
    const owner = ownerOf(line, known)
    if (owner === 'namespace') namespace = true
    else found[owner.part].add(owner.part === 'relations' ? (ancestorsOf(owner.name, known).at(-1) ?? '') : owner.name)
  }
  const sorted = (names: ReadonlySet<string>): readonly string[] => [...names].sort()
  return {
    relations: sorted(found.relations),
    types: sorted(found.types),
    routines: sorted(found.routines),
    namespace,
  }
}

/**
 * What a reading of only these objects finds. `whole`: as it was read, before settings of the project left lines out, so that
 * each partition says whose it is.
 */
export function narrowedTo(whole: readonly RecordLine[], only: Only): readonly RecordLine[] {
  const known = knownOf(whole)
  const relations = new Set(only.relations)
  const [types, routines] = [new Set(only.types), new Set(only.routines)]
  const isIn = (name: string): boolean => {
    const own = ancestorsOf(name, known)
    return (
      own.some((each) => relations.has(each)) ||
      ancestorsOf(known.counted.get(name), known).some((each) => relations.has(each))
    )
  }
  return whole.filter((line) => {
    const owner = ownerOf(line, known)
    if (owner === 'namespace') return only.namespace
    if (owner.part === 'relations') return isIn(owner.name)
    return (owner.part === 'types' ? types : routines).has(owner.name)
  })
}

/** Both together. */
export function joinedOnly(a: Only, b: Only): Only {
  const both = (key: 'relations' | 'types' | 'routines'): readonly string[] =>
    [...new Set([...a[key], ...b[key]])].sort()
  return {
    relations: both('relations'),
    types: both('types'),
    routines: both('routines'),
    namespace: a.namespace || b.namespace,
  }
}

/** The relation itself first, its root last. */
function ancestorsOf(name: string | undefined, { parents }: Known): readonly string[] {
  const found: string[] = []
  for (let each = name; each !== undefined && !found.includes(each); each = parents.get(each)) found.push(each)
  return found
}

function knownOf(whole: readonly RecordLine[]): Known {
  const [parents, counted, tables] = [new Map<string, string>(), new Map<string, string>(), new Map<string, string>()]
  const domains = new Set<string>()
  for (const { kind, name, facts } of whole) {
    if (kind === 'child' || kind === 'partition') parents.set(unquoted(name), unquoted(String(facts.parent)))
    if (kind === 'owned_by') counted.set(unquoted(name.slice('sequence '.length)), firstOf(String(facts.column)).name)
    if (kind === 'domain') domains.add(unquoted(name))
    if (kind === 'index' || kind === 'statistics') tables.set(keyOfLine({ kind, name }), String(facts.table))
    if (kind === 'constraint') tables.set(`index ${firstOf(name).rest.slice(1)}`, quotedFirst(name))
  }
  return { parents, counted, tables, domains }
}

const RELATIONS: ReadonlySet<string> = new Set(['table', 'view', 'materialized_view', 'sequence', 'child', 'partition'])
const PARTS: ReadonlySet<string> = new Set(['column', 'trigger', 'policy', 'rule', 'constraint'])
const TYPES: ReadonlySet<string> = new Set(['enum', 'domain', 'range', 'composite', 'attribute'])
const ROUTINES: ReadonlySet<string> = new Set(['function', 'procedure', 'aggregate'])
/** What is said of an object has its kind, in words, and its name for a name. */
const SAID_OF: ReadonlySet<string> = new Set(['owner', 'grants', 'comment', 'owned_by', 'populated'])

function ownerOf({ kind, name, facts }: RecordLine, known: Known): Owner {
  if (SAID_OF.has(kind)) {
    const [, words = '', subject = ''] = /^(materialized view|\S+) (.*)$/s.exec(name) ?? []
    return ownerOf({ kind: words.replaceAll(' ', '_'), name: subject, facts: {} }, known)
  }
  if (kind === 'publication') return ofPublication(name)
  if (kind === 'index' || kind === 'statistics') {
    const table = facts.table ?? known.tables.get(keyOfLine({ kind, name }))
    const { name: first, rest } = firstOf(String(table ?? ''))
    // Statistics may be kept here for a table elsewhere.
    return table === undefined || rest !== '' ? 'namespace' : { part: 'relations', name: first }
  }
  const { name: first } = firstOf(name)
  if (kind === 'constraint' && known.domains.has(first)) return { part: 'types', name: first }
  if (RELATIONS.has(kind) || PARTS.has(kind)) return { part: 'relations', name: first }
  if (TYPES.has(kind)) return { part: 'types', name: first }
  return ROUTINES.has(kind) ? { part: 'routines', name: first } : 'namespace'
}

/** `all_changes of invoice`, `all_changes of the namespace`. */
function ofPublication(name: string): Owner {
  const relation = firstOf(name).rest.slice(' of '.length)
  return relation === 'the namespace' ? 'namespace' : { part: 'relations', name: unquoted(relation) }
}

/** The name in front, and what follows it. */
function firstOf(name: string): { readonly name: string; readonly rest: string } {
  const first = quotedFirst(name)
  return { name: unquoted(first), rest: name.slice(first.length) }
}
