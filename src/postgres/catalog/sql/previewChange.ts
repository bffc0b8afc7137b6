/** The plan of a change by SQL as far as the catalog knows it: nothing is run, and nothing is proven. */
import { MutationRejected } from '../../../errors.ts'
import type { KeptSqlRequest } from '../../../logical/parse/sqlRequest.ts'
import type { Plan } from '../../../physical/plan/plan.ts'
import { unchangedPlan } from '../../../physical/plan/planMutation.ts'
import { planSql } from '../../../physical/plan/planSql.ts'
import { NOTHING } from '../../../sql/onlyLines.ts'
import { scriptHazards } from '../../../sql/script/hazards.ts'
import type { Queryable } from '../pool.ts'
import type { Project } from '../projects/projects.ts'
import { lastOfName } from './changes.ts'
import { type GivenTexts, readTexts, type WantedChange } from './changeTexts.ts'

/**
 * The plan that a request needs no proof for: null, or that of a text which is applied already. Errors: `SQL_CHANGED` where
 * another text is applied under its name.
 */
export async function appliedAlready(
  catalog: Queryable,
  { id, schema, revision, schemaHash }: Pick<Project, 'id' | 'schema' | 'revision' | 'schemaHash'>,
  wanted: WantedChange,
): Promise<Plan | null> {
  const known = await lastOfName(catalog, id, wanted.name)
  if (known?.applied !== true) return null
  // Where none is given, the one that was given before, or written, is as good as ever.
  if (known.up === wanted.up && (wanted.down === null || known.down === wanted.down)) {
    return unchangedPlan(schema, revision, schemaHash)
  }
  const [which, was, is] =
    known.up === wanted.up ? (['down', known.down, wanted.down] as const) : (['up', known.up, wanted.up] as const)
  const told = `"${wanted.name}" is applied with another \`${which}\`: sha256 ${short(was)}, and ${short(is)} is given.`
  throw new MutationRejected('SQL_CHANGED', `${told} Give the new text a name of its own.`)
}

function short(sha256: string | null): string {
  return sha256 === null ? 'none' : `${sha256.slice(0, 12)}...`
}

/** A request as it is planned. */
export function wantedBy({ name, up, down }: KeptSqlRequest): WantedChange {
  return { name, up: up.sha256, down: down?.sha256 ?? null }
}

/** The plan as far as it is known without a proof: its hash is the same, and nothing of it was run. */
export async function previewChange(
  catalog: Queryable,
  project: Pick<Project, 'id' | 'schema' | 'revision' | 'schemaHash' | 'settings'>,
  wanted: WantedChange,
  given: GivenTexts,
): Promise<Plan> {
  const applied = wanted.takesBack === undefined ? await appliedAlready(catalog, project, wanted) : null
  if (applied !== null) return applied
  const { schema, revision, schemaHash } = project
  const { up, down, chain } = await readTexts(catalog, project, wanted.name, given)
  const change = {
    ...UNPROVEN,
    ...wanted,
    chain,
    shared: project.settings.shared_namespaces,
    wayBack: down === null ? 'none' : 'given',
  } as const
  return planSql({ schema, revision, schemaHash, up, down, change, hazards: await scriptHazards(up) })
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
