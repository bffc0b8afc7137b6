/** The first revision of a project of SQL: what `pg_dump --schema-only` writes of a namespace, or a script by hand. */
import { MutationRejected } from '../errors.ts'
import { markRoles } from './markRoles.ts'
import { objectsOf } from './objectsOf.ts'
import { parseSql, placeOfToken, type Statement, type Tree } from './parser.ts'
import { type GappedSql, nameOf, takeOff } from './takeOff.ts'
import { lineOf, type SqlText, sha256Of, sqlTextOf } from './text.ts'

/** A baseline as it is run on a base. */
export interface Baseline {
  readonly statements: readonly BaselineStatement[]
  /** The namespace that it was dumped from; null when it names none. */
  readonly namespace: string | null
  /** What was taken off, in words, each once. */
  readonly takenOff: readonly string[]
  /** Of the text as it was given, a BOM and CRLF apart. */
  readonly sha256: string
  /** Tables that a script by hand puts rows into, as far as its statements say so. */
  readonly rowsInto: readonly string[]
}

/** One statement of it; `line` is where it begins in the text. */
export interface BaselineStatement {
  readonly sql: GappedSql
  readonly kind: string
  readonly line: number
}

/** How a baseline is to be read. */
export interface BaselineReading {
  /** The namespace that its names are qualified with, where it does not say so itself. */
  readonly namespace?: string
  readonly rewriteBodies?: boolean
  /** Bodies stay as they are, whatever they name: what they are is compared later. */
  readonly keepBodies?: boolean
  /** What to put in place of a role that a statement grants to, or gives something to. */
  readonly roles?: ReadonlyMap<string, string>
}

const RESTRICT = /^\\(?:un)?restrict [A-Za-z0-9]+[ \t]*$/gm
const COPY_OF_ROWS = /^COPY .* FROM stdin;$/m

/** Errors: `SQL_INVALID`, `SQL_TOO_COMPLEX`, `SQL_NAMES_NAMESPACE` with the lines of the bodies. */
export async function readBaseline(
  source: string,
  given: string | Uint8Array,
  { namespace: named, rewriteBodies = false, keepBodies = false, roles }: BaselineReading = {},
): Promise<Baseline> {
  const whole = sqlTextOf(source, given)
  // Blanks in their place keep lines and offsets as they are.
  const text = sqlTextOf(
    source,
    whole.text.replace(RESTRICT, (line) => ' '.repeat(line.length)),
  )
  const takenOff = new Set(text.text === whole.text ? [] : ['\\restrict and \\unrestrict'])
  const rows = COPY_OF_ROWS.exec(text.text)
  if (rows !== null) {
    const where = placeOfToken(text, { start: Buffer.byteLength(text.text.slice(0, rows.index)) })
    throw new MutationRejected('SQL_INVALID', `${where}: it holds rows: dump it with --schema-only.`)
  }
  const statements = await parseSql(text)
  const namespace = named ?? dumpedNamespace(text, statements)
  if (roles !== undefined && roles.size > 0) {
    const marked = markRoles(text.bytes, statements, roles)
    const how = { ...(namespace !== null && { namespace }), rewriteBodies, keepBodies }
    return { ...(await readBaseline(source, marked, how)), sha256: sha256Of(whole.text) }
  }
  const kept = statements.filter((statement) => {
    const what = frameOf(statement, namespace)
    if (what !== null) takenOff.add(what)
    return what === null
  })
  const written = { namespace, rewriteBodies, objects: objectsOf(kept) }
  const run = kept.map((statement) => ({ statement, ...takeOff(text.bytes, statement, written) }))
  if (!keepBodies) refuseBodies(text, namespace, rewriteBodies, run)
  return {
    statements: run.map(({ statement: { kind, start }, sql }) => ({ sql, kind, line: lineOf(text.bytes, start) })),
    namespace,
    takenOff: [...takenOff],
    sha256: sha256Of(whole.text),
    rowsInto: rowsInto(kept),
  }
}

/** Of the tables that it makes itself. */
function rowsInto(statements: readonly Statement[]): readonly string[] {
  const of = (wanted: string): ReadonlySet<unknown> =>
    new Set(
      statements.flatMap(({ kind, tree }) => (kind === wanted ? [(tree.relation as Tree | undefined)?.relname] : [])),
    )
  const made = of('CreateStmt')
  return [...of('InsertStmt')].filter((name): name is string => typeof name === 'string' && made.has(name))
}

/** `CREATE SCHEMA`, or what pg_dump says above each object: a dump of `public` creates none. */
function dumpedNamespace({ text }: SqlText, statements: readonly Statement[]): string | null {
  const created = statements.flatMap(({ kind, tree }) =>
    kind === 'CreateSchemaStmt' && typeof tree.schemaname === 'string' ? [tree.schemaname] : [],
  )
  const said = [...text.matchAll(/^-- Name: .*; Type: .*; Schema: (.*); Owner: .*$/gm)].map(
    ([, schema]) => schema ?? '-',
  )
  const found = [...new Set([...created, ...said.filter((schema) => schema !== '-')])]
  return found.length === 1 ? (found[0] ?? null) : null
}

/** What only frames a dump, in words; null for what belongs to the namespace. */
function frameOf(statement: Statement, namespace: string | null): string | null {
  const { kind, tree } = statement
  // It is one transaction with the registration of the base.
  if (kind === 'TransactionStmt' && /^TRANS_STMT_(BEGIN|START|COMMIT)$/.test(String(tree.kind)))
    return 'BEGIN and COMMIT'
  if (kind === 'VariableSetStmt') return `SET ${String(tree.name)}`
  if (kind === 'CreateSchemaStmt' && tree.schemaname === namespace) return `CREATE SCHEMA ${namespace}`
  if (kind === 'CommentStmt' && tree.objtype === 'OBJECT_SCHEMA') return 'the comment on the namespace'
  // Extensions belong to the database, and are the same for all tenants in it.
  if (kind === 'CommentStmt' && tree.objtype === 'OBJECT_EXTENSION') return 'comments on extensions'
  const isSetConfig = kind === 'SelectStmt' && isCallOf(tree, 'set_config')
  return isSetConfig ? 'SELECT set_config' : null
}

function isCallOf({ targetList }: Tree, name: string): boolean {
  if (!Array.isArray(targetList) || targetList.length !== 1) return false
  const call = (targetList[0] as { ResTarget?: { val?: { FuncCall?: { funcname?: readonly Tree[] } } } }).ResTarget?.val
  const last = call?.FuncCall?.funcname?.at(-1) as { String?: { sval?: string } } | undefined
  return last?.String?.sval === name
}

function refuseBodies(
  text: SqlText,
  namespace: string | null,
  rewriteBodies: boolean,
  run: readonly (Pick<ReturnType<typeof takeOff>, 'bodies'> & { readonly statement: Statement })[],
): void {
  const places = run.flatMap(({ bodies, statement }) =>
    bodies.map((body) => `${functionOf(statement)} in ${placeOfToken(text, body)}`),
  )
  if (places.length === 0) return
  const advice = rewriteBodies
    ? 'they name the namespace itself, and not an object in it: take that out by hand'
    : '--rewrite-bodies takes qualifications off'
  throw new MutationRejected(
    'SQL_NAMES_NAMESPACE',
    `Bodies name the namespace "${namespace}", so that every tenant would use it: ${places.join('; ')}: ${advice}.`,
  )
}

function functionOf({ kind, tokens }: Statement): string {
  if (kind === 'DoStmt') return 'DO'
  const at = tokens.findIndex(({ text }) => text === '(')
  const name = at < 1 ? undefined : tokens[at - 1]
  return name === undefined ? 'a function' : `function ${nameOf(name)}`
}
