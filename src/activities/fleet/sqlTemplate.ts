/** The template of a project of SQL at its revision: the one that is kept, else made of the base, else its baseline. */
import { processEnvironment } from '../../config.ts'
import type { Target } from '../../contract.ts'
import { LockUnavailable, RequestRefused, SagaError, TargetDrifted } from '../../errors.ts'
import { findOpenOperation } from '../../postgres/catalog/projects/idle.ts'
import { type Project, requireProject } from '../../postgres/catalog/projects/projects.ts'
import { requireBaseline } from '../../postgres/catalog/sql/givenBaseline.ts'
import { countingOf } from '../../postgres/catalog/sql/sqlRevisions.ts'
import { keepTemplate, readTemplate } from '../../postgres/catalog/sql/templates.ts'
import { BASELINE_REVISION } from '../../postgres/catalog/tenants/writeBaseline.ts'
import { whereOf } from '../../postgres/sessions/servers.ts'
import { readServerOf } from '../../postgres/template/baseServer.ts'
import { dumpNamespace, findPgDump } from '../../postgres/template/pgDump.ts'
import { type Proven, proveTemplate } from '../../postgres/template/proveTemplate.ts'
import type { Template, Unproven } from '../../postgres/template/template.ts'
import type { NamespaceRecord } from '../../sql/record.ts'
import type { ActivityDependencies } from '../dependencies.ts'

type Access = Pick<ActivityDependencies, 'catalog' | 'targetPools'>

/** For which revision, and what it has to be. */
export interface TemplateWish {
  readonly project: Project
  readonly base: Target
  readonly recorded: NamespaceRecord
  /** The base's namespace, and the one that its baseline was dumped from. */
  readonly namespaces: readonly string[]
}

/** Kept once it is proven. Errors: `TEMPLATE_MISSING`, `TARGET_DRIFTED`, and `LOCK_UNAVAILABLE` while an operation is at work. */
export async function requireTemplate(access: Access, wish: TemplateWish): Promise<Template> {
  const { project, recorded } = wish
  const place = { project: project.id, revision: project.revision, printing: recorded.printing }
  const kept = await readTemplate(access.catalog, place)
  if (kept !== null) return kept
  const made = await makeTemplate(access, wish)
  await keepTemplate(access.catalog, place, made)
  return made
}

/** The first revision has the text that its base was made of, too. */
async function makeTemplate(access: Access, wish: TemplateWish): Promise<Template> {
  if (wish.project.revision !== BASELINE_REVISION) return await makeFromBase(access, wish)
  try {
    return await makeFromBase(access, wish)
  } catch (error) {
    if (!(error instanceof SagaError) || !OF_THE_BASE.includes(error.code)) throw error
    return await makeFromBaseline(access, wish)
  }
}

/** What keeps the base from being written down, and says nothing of its baseline. */
const OF_THE_BASE: readonly string[] = ['TEMPLATE_MISSING', 'TARGET_DRIFTED', 'LOCK_UNAVAILABLE']

async function makeFromBase({ catalog, targetPools }: Access, wish: TemplateWish): Promise<Template> {
  const { base } = wish
  const server = await readServerOf(targetPools, base)
  const program = await findPgDump(server.major, processEnvironment())
  if (program === null) throw noProgram(wish, server.major)
  const location = await targetPools.locate(base)
  const text = await dumpNamespace(program, location, whereOf(base), processEnvironment())
  const { owner, isOurs } = server
  const source = `the dump of ${whereOf(base)}`
  const written: Unproven = { text, source, dumped: location.namespace, bodies: 'as they are', owner, isOurs }
  const proven = await provenOf(targetPools, wish, written)
  if ('template' in proven) return proven.template
  await requireStill(catalog, wish)
  throw drifted(wish, `${whereOf(base)} is not what that was recorded as: ${proven.difference}`)
}

async function makeFromBaseline({ catalog, targetPools }: Access, wish: TemplateWish): Promise<Template> {
  const { project, base } = wish
  const { owner, isOurs } = await readServerOf(targetPools, base)
  const { text, source, namespace: dumped, rewriteBodies } = await requireBaseline(catalog, project.id)
  const bodies = rewriteBodies ? 'rewritten' : 'checked'
  const proven = await provenOf(targetPools, wish, { text, source, dumped, bodies, owner, isOurs })
  if ('template' in proven) return proven.template
  throw drifted(wish, `${source} does not make what that was recorded as: ${proven.difference}`)
}

/** What an operation is changing is not the revision's any more, or not yet. Errors: `LOCK_UNAVAILABLE`, so that it is tried again. */
export async function requireStill(
  catalog: Access['catalog'],
  { project: { id, revision }, base }: Pick<TemplateWish, 'project' | 'base'>,
): Promise<void> {
  const open = await findOpenOperation(catalog, id)
  const now = await requireProject(catalog, id)
  if (open === null && now.revision === revision) return
  const by = open === null ? '' : ` by operation ${open.id}, which is ${open.status}`
  const text = `${whereOf(base)} is being changed${by}: new tenants of project "${id}" are made once that has ended.`
  throw new LockUnavailable('LOCK_UNAVAILABLE', text)
}

/** What Postgres or our reading says of the text is a difference, too. */
async function provenOf(
  pools: Access['targetPools'],
  { project, base, recorded, namespaces }: TemplateWish,
  template: Unproven,
): Promise<Proven> {
  try {
    return await proveTemplate(pools, { template, base, recorded, namespaces, counting: countingOf(project) })
  } catch (error) {
    if (!(error instanceof SagaError) || !OF_THE_TEXT.includes(error.name)) throw error
    return { difference: error.message.replace(/\.$/, '') }
  }
}

const OF_THE_TEXT: readonly string[] = ['MutationRejected', 'StatementRefused', 'DataRejected']

function drifted({ project: { id, revision } }: TemplateWish, why: string): TargetDrifted {
  const what = `No tenant of project "${id}" can be made at revision ${revision}`
  return new TargetDrifted('TARGET_DRIFTED', `${what}: ${why}.`)
}

function noProgram({ project: { id, revision }, base }: TemplateWish, major: number): RequestRefused {
  const text = `No tenant of project "${id}" can be made at revision ${revision}: put pg_dump of PostgreSQL ${major} on the PATH of the workers, so that they can write down what ${whereOf(base)} holds.`
  return new RequestRefused('TEMPLATE_MISSING', text)
}
