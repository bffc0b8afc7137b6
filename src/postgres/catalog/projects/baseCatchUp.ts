/** A base that was restored, or that an operation left half-way: what is next for it, until it is where its project is. */
import type pg from 'pg'
import { BASE_SCOPE, type CatchUpStep, type Target } from '../../../contract.ts'
import { RequestRefused } from '../../../errors.ts'
import { writeAudit } from '../audit.ts'
import { holderOfTurn } from '../operations/turn.ts'
import { inTransaction, type Queryable } from '../pool.ts'
import { type CatchUp, requireRevision, startNext } from '../tenants/catchUpStep.ts'
import { nextUndo } from '../tenants/catchUpUndo.ts'
import { requireProject } from './projects.ts'

/** Errors: `PROJECT_NOT_FOUND`, `NOT_APPLICABLE` without a base, or while that is being made. */
export async function openBaseCatchUp(db: Queryable, { project }: { project: string }): Promise<{ target: Target }> {
  const { base, baseReady } = await requireProject(db, project)
  if (base === null) throw new RequestRefused('NOT_APPLICABLE', `Project "${project}" has no base.`)
  if (baseReady) return { target: base }
  const text = `The base of project "${project}" is not made yet: \`schema-saga project create\` continues it.`
  throw new RequestRefused('NOT_APPLICABLE', text)
}

/**
 * As for a tenant: undo first, then one missed plan after the other. Whatever operation has the turn works on the base, or
 * may have to undo there: it is waited for. One that begins meanwhile finds the base elsewhere than it expects, and is refused.
 */
export async function decideBaseCatchUp(pool: pg.Pool, it: CatchUp): Promise<CatchUpStep> {
  const { project, target, look, actor } = it
  return await inTransaction(pool, async (client) => {
    const { base, revision } = await requireProject(client, project, 'for update')
    if (base?.incarnation !== target.incarnation) {
      throw new RequestRefused('NOT_APPLICABLE', `Project "${project}" has another base by now.`)
    }
    const holder = await holderOfTurn(client, project)
    if (holder !== null) return { do: 'wait', ...holder }
    const undo = await nextUndo(client, it, { changed: null, parkedBy: null })
    // What is over says so of its base, whatever had become of that.
    if (undo !== null) return undo.do === 'undo' ? { ...undo, record: false } : undo
    await requireRevision(client, it)
    if (look.revision < revision) return await startNext(client, it)
    await writeAudit(client, { projectId: project, actor, action: 'base_catch_up', details: { revision } })
    return { do: 'active', revision }
  })
}

/** Whether it is the base that catches up. */
export function isBase({ scope }: Pick<Target, 'scope'>): boolean {
  return scope === BASE_SCOPE
}
