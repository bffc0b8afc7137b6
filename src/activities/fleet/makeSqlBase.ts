/** The base of a project that is described by SQL: its baseline, run in one transaction, and the record of what that made. */
import type { ClientBase } from 'pg'
import type { Target } from '../../contract.ts'
import { MutationRejected, RequestRefused } from '../../errors.ts'
import { requireClaim } from '../../postgres/adoption/claim.ts'
import { catalogIdOf } from '../../postgres/catalog/projects/identity.ts'
import type { Project } from '../../postgres/catalog/projects/projects.ts'
import { requireBaseline } from '../../postgres/catalog/sql/givenBaseline.ts'
import { requireSeedTables } from '../../postgres/catalog/sql/seeds.ts'
import { baselineHash, requireDescribed, writeSqlBaseline } from '../../postgres/catalog/sql/sqlRevisions.ts'
import { BASELINE_REVISION } from '../../postgres/catalog/tenants/writeBaseline.ts'
import { buildBaseline, sharedNamespaces } from '../../postgres/record/buildBaseline.ts'
import { readRecord, WHOLE } from '../../postgres/record/readRecord.ts'
import { whereOf } from '../../postgres/sessions/servers.ts'
import { spend } from '../../postgres/sessions/spent.ts'
import { type ProvisionedTarget, provisionTarget } from '../../postgres/target/provisionTarget.ts'
import { footprintInside } from '../../postgres/target/script/fences.ts'
import type { FootprintQuestion } from '../../postgres/target/script/footprint.ts'
import type { ScriptPlace } from '../../postgres/target/script/place.ts'
import { readBaseline } from '../../sql/baseline.ts'
import { linesNaming } from '../../sql/linesNaming.ts'
import { unsupportedIn } from '../../sql/record.ts'
import type { ActivityDependencies } from '../dependencies.ts'

/** Safe to repeat: the namespace is made once, and its revision written after, from what is there. */
export async function makeSqlBase(
  { catalog, targetPools }: Pick<ActivityDependencies, 'catalog' | 'targetPools'>,
  { project, target }: { readonly project: Project; readonly target: Target },
): Promise<ProvisionedTarget> {
  const { id } = project
  const { text, source, namespace: dumped, rewriteBodies } = await requireBaseline(catalog, id)
  const baseline = await readBaseline(source, text, { ...(dumped !== null && { namespace: dumped }), rewriteBodies })
  const { schemaHash } = baselineHash(text)
  const made = await provisionTarget(targetPools, {
    target,
    projectId: id,
    revision: BASELINE_REVISION,
    schemaHash,
    statements: [],
    make: async (client, namespace) => {
      // Whatever code the text runs, its session is no other namespace's.
      spend(client)
      const shared = await sharedNamespaces(client, namespace)
      await buildBaseline(client, baseline, { namespace, shared, source })
      await requireInside(
        client,
        { namespace, shared },
        { source, beside: (ask) => targetPools.withSideClient(target, ask) },
      )
      const record = await readRecord(client, namespace, WHOLE, 'the transaction of the caller')
      requireDescribed(id, unsupportedIn(record ?? { lines: [] }))
      requireSeedTables(record?.lines ?? [], project.settings.seed)
      if (baseline.namespace !== null && baseline.namespace !== namespace) {
        requireNotNamed(source, baseline.namespace, linesNaming(record ?? { lines: [] }, baseline.namespace))
      }
    },
    catalogId: await catalogIdOf(catalog),
    claim: (registration) => requireClaim({ catalog, targetPools }, { project: id, place: target, registration }),
  })
  if (made.schemaHash !== schemaHash) {
    throw new RequestRefused('ALREADY_EXISTS', `${whereOf(target)} was made from another baseline before.`)
  }
  if (project.revision > 0) return made
  const record = await targetPools.withClient(target, (client, namespace) => readRecord(client, namespace, WHOLE))
  if (record === null) throw new RequestRefused('NOT_APPLICABLE', `${whereOf(target)} was dropped meanwhile.`)
  await writeSqlBaseline(catalog, { project: id, text, record, actor: 'schema-saga' })
  return made
}

/** Tenants are made of the same text, and nothing that they share may be changed by each. Errors: `OTHER_NAMESPACE`. */
async function requireInside(
  client: ClientBase,
  { namespace, shared }: Pick<ScriptPlace, 'namespace' | 'shared'>,
  { source, beside }: { readonly source: string; readonly beside: FootprintQuestion['beside'] },
): Promise<void> {
  const place: ScriptPlace = { namespace, shared, path: '', role: null }
  await footprintInside(client, place, { steps: [{ runsCode: true }], beside, where: source })
}

/** Errors: `SQL_NAMES_NAMESPACE`. */
function requireNotNamed(source: string, dumped: string, lines: readonly string[]): void {
  if (lines.length === 0) return
  const text = `${source}: texts of what it makes name the namespace "${dumped}", so that every tenant would use it: ${lines.join(', ')}.`
  throw new MutationRejected('SQL_NAMES_NAMESPACE', text)
}
