/** What a project of SQL describes, for people: tables with what belongs to them, then everything else by kind. */
import type { ObjectDocument } from '../../client/types.ts'

const RELATIONS = ['table', 'materialized_view', 'view', 'sequence']

/** Kinds of which each line belongs to a relation. */
const PARTS = ['column', 'constraint', 'index', 'trigger', 'policy', 'rule', 'statistics']

/** One line for each object; long definitions are cut. */
export function recordText(revision: number, objects: readonly ObjectDocument[]): string {
  const relations = RELATIONS.flatMap((kind) => objects.filter((each) => each.kind === kind))
  const parts = PARTS.flatMap((kind) => objects.filter((each) => each.kind === kind))
  const told = relations.flatMap((relation) => [
    '',
    lineOf(relation),
    ...parts.filter((part) => ownerOf(part) === relation.name).map((part) => `  ${lineOf(part)}`),
  ])
  const names = new Set(relations.map(({ name }) => name))
  const others = objects.filter(
    (each) => !RELATIONS.includes(each.kind) && !(PARTS.includes(each.kind) && names.has(ownerOf(each))),
  )
  return [
    `revision ${revision}, ${objects.length} lines of ${relations.length} relations and ${others.length} others`,
    ...told,
    ...(others.length === 0 ? [] : ['', ...others.map(lineOf)]),
  ].join('\n')
}

function ownerOf({ name, facts }: ObjectDocument): string {
  return typeof facts.table === 'string' ? facts.table : (/^(?:"(?:[^"]|"")*"|[^".]+)/.exec(name)?.[0] ?? name)
}

function lineOf({ kind, name, facts }: ObjectDocument): string {
  // Of rights the facts are roles.
  const isOfRoles = kind === 'grants' || kind === 'default_privileges'
  const told = Object.entries(facts).map(([fact, value]) =>
    factText(isOfRoles ? fact : fact.replaceAll('_', ' '), value),
  )
  return `${kind.replaceAll('_', ' ')} ${name}${told.length === 0 ? '' : `: ${told.join(', ')}`}`
}

const MOST_CHARACTERS = 80

function factText(fact: string, value: unknown): string {
  if (value === true) return fact
  const text = (typeof value === 'string' ? value : JSON.stringify(value)).replace(/\s+/g, ' ').trim()
  const short = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}...` : text
  return ['type', 'definition'].includes(fact) ? short : `${fact} ${short}`
}
