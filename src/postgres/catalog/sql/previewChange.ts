/** The plan of a change by SQL as far as the catalog knows it: nothing is run, and nothing is proven. */
import { MutationRejected, RequestRefused } from '../../../errors.ts'
import { changesOf, type KeptSqlRequest } from '../../../logical/parse/sqlRequest.ts'
import { asideName } from '../../../physical/edits/tableEntries.ts'
import { PREVIEW } from '../../../physical/plan/operationName.ts'
import type { Plan } from '../../../physical/plan/plan.ts'
import { nameGiver, unchangedPlan } from '../../../physical/plan/planMutation.ts'
import { planSql } from '../../../physical/plan/planSql.ts'
import { type Texts, withRevived } from '../../../sql/aside/revived.ts'
import { expectedHiding } from '../../../sql/aside/split.ts'
import type { SqlChange } from '../../../sql/change/sqlChange.ts'
import { tablesByOrder } from '../../../sql/change/usesOrder.ts'
import { NOTHING } from '../../../sql/onlyLines.ts'
import { heldText } from '../../../sql/script/hazards/asides.ts'
import { scriptHazards } from '../../../sql/script/hazards.ts'
import type { Queryable } from '../pool.ts'
import type { Project } from '../projects/projects.ts'
import { type NamedRevision, readLastOfNames } from './changes.ts'
import { type NamedTexts, readTexts, type WantedChange } from './changeTexts.ts'

/**
 * The plan that a request needs no proof for: null, or that of texts which are applied already. Errors: `SQL_CHANGED` where
 * another text is applied under one of their names, `NOT_APPLICABLE` where some are applied and others are not.
 */
export async function appliedAlready(
  catalog: Queryable,
  { id, schema, revision, schemaHash }: Pick<Project, 'id' | 'schema' | 'revision' | 'schemaHash'>,
  wanted: WantedChange,
): Promise<Plan | null> {
  const names = wanted.texts.map(({ name }) => name)
  const known = new Map((await readLastOfNames(catalog, id, names)).map((each) => [each.name, each]))
  const applied = wanted.texts.filter((each) => {
    const last = known.get(each.name)
    return last?.applied === true && isSame(each, last)
  })
  if (applied.length === 0) return null
  if (applied.length === wanted.texts.length) return unchangedPlan(schema, revision, schemaHash)
  const which = applied.map(({ name }) => `"${name}"`).join(', ')
  throw new RequestRefused(
    'NOT_APPLICABLE',
    `Of the changes that were to be made together, ${applied.length} are applied already: leave out ${which}.`,
  )
}

/** Errors: `SQL_CHANGED`. */
function isSame(wanted: NamedTexts, known: NamedRevision): boolean {
  // Where none is given, the one that was given before, or written, is as good as ever.
  if (known.up === wanted.up && (wanted.down === null || known.down === wanted.down)) return true
  const [which, was, is] =
    known.up === wanted.up ? (['down', known.down, wanted.down] as const) : (['up', known.up, wanted.up] as const)
  const told = `"${wanted.name}" is applied with another \`${which}\`: sha256 ${short(was)}, and ${short(is)} is given.`
  throw new MutationRejected('SQL_CHANGED', `${told} Give the new text a name of its own.`)
}

function short(sha256: string | null): string {
  return sha256 === null ? 'none' : `${sha256.slice(0, 12)}...`
}

/** A request as it is planned. */
export function wantedBy(request: KeptSqlRequest): WantedChange {
  const texts = changesOf(request).map(({ name, up, down }) => ({ name, up: up.sha256, down: down?.sha256 ?? null }))
  return { name: request.name, texts }
}

/** The plan as far as it is known without a proof: its hash is the same, and nothing of it was run. */
export async function previewChange(
  catalog: Queryable,
  project: Pick<Project, 'id' | 'schema' | 'revision' | 'schemaHash' | 'settings'>,
  wanted: WantedChange,
  given: readonly NamedTexts[],
): Promise<Plan> {
  const applied = wanted.takesBack === undefined ? await appliedAlready(catalog, project, wanted) : null
  if (applied !== null) return applied
  const { schema, revision, schemaHash } = project
  const { chain, ...texts } = await readTexts(catalog, project, given)
  const { up, undo } = await expectedTexts(project, wanted, texts)
  const stages = undo.flatMap((stage) => stage ?? [])
  const down = stages.length < undo.length ? null : { stages }
  const { name, takesBack } = wanted
  const change = {
    ...UNPROVEN,
    ...textsKept(wanted),
    name,
    ...(takesBack !== undefined && { takesBack }),
    chain,
    shared: project.settings.shared_namespaces,
    wayBack: down === null ? 'none' : 'given',
  } as const
  const held = heldText(project.settings.hold_before_purge_ms)
  const hazards = await scriptHazards(up, { held })
  return planSql({ schema, revision, schemaHash, up, given: texts.up, down, change, hazards })
}

/** As they would run where nothing else depends on what they drop. */
async function expectedTexts(
  { settings }: Pick<Project, 'settings'>,
  { revives = [] }: WantedChange,
  texts: Texts,
): Promise<Texts> {
  const { up, undo } = await withRevived(texts, revives)
  if (settings.set_aside_drops === 'off') return { up, undo }
  const ordered = [
    ...(await tablesByOrder(up)),
    ...(await tablesByOrder({ stages: undo.flatMap((each) => each ?? []) })),
  ]
  const nextName = nameGiver(PREVIEW)
  return { up: await expectedHiding(up, ordered, (name) => asideName(nextName().prefix, name)), undo }
}

/** What is known by its hash before a proof; several texts become one only there. */
function textsKept({ texts }: WantedChange): Pick<SqlChange, 'up' | 'down' | 'parts'> {
  const [first, ...more] = texts
  if (first === undefined) throw new Error('A change by SQL has no text.')
  return more.length === 0 ? { up: first.up, down: first.down } : { up: '', down: null, parts: texts }
}

const UNPROVEN = {
  objects: NOTHING,
  before: [],
  after: [],
  counting: { tenantRole: null, partitions: 'any', ignore: [] },
  printing: { major: 0, extensions: {} },
  touched: [],
  rowsNotProven: [],
} as const
