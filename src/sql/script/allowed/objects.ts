/** Of which objects statements may be, and in which form. Each check answers with why not, or null. */
import type { Tree } from '../../parser.ts'
import { listOf } from '../../tree/made.ts'
import type { Check } from './check.ts'

/** Kinds of objects that a namespace of a target has, as Postgres names them. */
const OBJECTS: ReadonlySet<unknown> = new Set([
  ...['OBJECT_TABLE', 'OBJECT_INDEX', 'OBJECT_VIEW', 'OBJECT_MATVIEW', 'OBJECT_SEQUENCE', 'OBJECT_TYPE'],
  ...['OBJECT_DOMAIN', 'OBJECT_FUNCTION', 'OBJECT_PROCEDURE', 'OBJECT_ROUTINE', 'OBJECT_AGGREGATE', 'OBJECT_TRIGGER'],
  ...['OBJECT_POLICY', 'OBJECT_RULE', 'OBJECT_STATISTIC_EXT'],
])

/** Parts of these. */
const PARTS: ReadonlySet<unknown> = new Set([
  ...['OBJECT_COLUMN', 'OBJECT_ATTRIBUTE', 'OBJECT_TABCONSTRAINT', 'OBJECT_DOMCONSTRAINT'],
])

const LANGUAGES: ReadonlySet<unknown> = new Set(['sql', 'plpgsql'])

/** What to do instead of a temporary object that stays. */
export const TEMPORARY = 'a temporary object would stay in the session: write CREATE TEMP TABLE ... ON COMMIT DROP'

function objectWords(kind: unknown): string {
  return String(kind)
    .replace('OBJECT_', '')
    .replace('MATVIEW', 'MATERIALIZED VIEW')
    .replace('STATISTIC_EXT', 'STATISTICS')
    .replace('FDW', 'FOREIGN DATA WRAPPER')
    .replace('TS', 'TEXT SEARCH ')
    .replaceAll('_', ' ')
    .toLowerCase()
}

function refusedObject(kind: unknown, parts = false): string | null {
  if (OBJECTS.has(kind) || (parts && PARTS.has(kind))) return null
  if (kind === 'OBJECT_EXTENSION')
    return 'extensions belong to the whole database: have its owner run this in every database, and leave it out here'
  if (kind === 'OBJECT_SCHEMA') return 'the namespace itself belongs to the target, and is not changed by a text'
  const what = objectWords(kind)
  return `${/^[aeiou]/.test(what) ? 'an' : 'a'} ${what} is no object that the record of a namespace describes: make it in each database yourself`
}

/** A statement about one kind of object, which the tree has under this key. */
export function kindOf(key: string, verb: 'CREATE' | 'ALTER'): Check {
  return (tree) => {
    const kind = tree[key]
    if (verb === 'ALTER') return refusedObject(kind)
    return kind === 'OBJECT_AGGREGATE'
      ? qualifiedTemp(tree.defnames)
      : kind === 'OBJECT_TYPE'
        ? 'types are enums, composites and ranges here: a base type needs functions in C'
        : refusedObject(kind)
  }
}

export const renamed: Check = ({ renameType, relationType }) =>
  relationType === 'OBJECT_FOREIGN_TABLE' ? refusedObject(relationType) : refusedObject(renameType, true)

export const dropped: Check = ({ removeType, concurrent, objects, behavior }) => {
  if (concurrent !== true) return refusedObject(removeType)
  if (listOf(objects).length > 1) return 'concurrently, indexes are dropped one by one: write a statement for each'
  return behavior === 'DROP_CASCADE' ? 'concurrently, nothing else is dropped with an index: leave CASCADE out' : null
}

export const comment: Check = ({ objtype, object }, { namespace }) => {
  const isOurs = objtype === 'OBJECT_SCHEMA' && namespace !== null && textOf(object) === namespace
  return isOurs ? null : refusedObject(objtype, true)
}

/** Names of namespaces in a list of a tree, other than the one that the text means. */
function otherNamespaces(list: unknown, namespace: string | null): readonly string[] {
  return listOf(list)
    .map(textOf)
    .filter((name) => name !== namespace)
}

const OF_OTHERS = (names: readonly string[]): string =>
  `it names the namespace ${names.map((name) => `"${name}"`).join(', ')}, which no target is: leave it out, or say with --source-namespace of project create for which namespace the texts were written`

export const grant: Check = ({ objtype, targtype, objects }, { namespace }) => {
  if (targtype === 'ACL_TARGET_ALL_IN_SCHEMA' || objtype === 'OBJECT_SCHEMA') {
    const others = otherNamespaces(objects, namespace)
    return others.length === 0 ? null : OF_OTHERS(others)
  }
  return refusedObject(objtype, true)
}

export const defaultPrivileges: Check = ({ options }, { namespace }) => {
  const schemas = listOf(options).find(({ DefElem: option }) => (option as Tree).defname === 'schemas')
  if (schemas === undefined)
    return 'without IN SCHEMA it is about the whole database: write IN SCHEMA with the namespace'
  const others = otherNamespaces(((schemas.DefElem as Tree).arg as { List?: Tree })?.List?.items, namespace)
  return others.length === 0 ? null : OF_OTHERS(others)
}

/** The text of a node that is one. */
export function textOf(node: unknown): string {
  return String((node as { String?: Tree } | undefined)?.String?.sval ?? '')
}

/** The option of that name of a function, of DO or of VACUUM. */
function optionOf(list: unknown, name: string): Tree | undefined {
  return listOf(list)
    .map(({ DefElem: option }) => option as Tree)
    .find(({ defname }) => defname === name)
}

export const functionLanguage: Check = ({ options, sql_body, funcname }) => {
  const language = textOf(optionOf(options, 'language')?.arg)
  const isKnown = LANGUAGES.has(language) || (language === '' && sql_body !== undefined)
  if (isKnown) return qualifiedTemp(funcname)
  return language === ''
    ? 'it does not say its language: write LANGUAGE sql or LANGUAGE plpgsql'
    : `functions are in sql and plpgsql here, and this one is in ${language}`
}

export const doBlock: Check = ({ args }) => {
  const language = textOf(optionOf(args, 'language')?.arg)
  return language === '' || language === 'plpgsql' ? null : `blocks are in plpgsql here, and this one is in ${language}`
}

/** A maker of a named object, whose name the tree has as a list. */
export function kept(key: string): Check {
  return (tree) => qualifiedTemp(tree[key])
}

function qualifiedTemp(name: unknown): string | null {
  const parts = listOf(name).map(textOf)
  return parts.length > 1 && parts[0] === 'pg_temp' ? TEMPORARY : null
}

/** A maker of a relation that cannot go with its transaction when it is temporary. */
export function madeRelation(key: string): Check {
  return (tree) => (isTemporary(tree[key]) ? TEMPORARY : null)
}

/** Whether a relation that is made is temporary. */
export function isTemporary(relation: unknown): boolean {
  const { relpersistence, schemaname } = (relation ?? {}) as Tree
  return relpersistence === 't' || schemaname === 'pg_temp'
}

export const createTable: Check = ({ relation, oncommit }) =>
  isTemporary(relation) && oncommit !== 'ONCOMMIT_DROP' ? TEMPORARY : null

export const alterTable: Check = ({ objtype }) => refusedObject(objtype)

export const concurrentIndex: Check = ({ concurrent, idxname }) =>
  concurrent === true && typeof idxname !== 'string'
    ? 'an index that is built concurrently has to have a name, by which a repeated try finds what an earlier one left: write one'
    : null

export const vacuum: Check = ({ is_vacuumcmd, rels }) => {
  if (is_vacuumcmd !== true)
    return 'autovacuum does it: leave it out, or write VACUUM (ANALYZE) with the names of tables'
  return listOf(rels).length === 0 ? 'without names of tables it is about the whole database: name them' : null
}
