/** An import of namespaces as they are: whatever tables they have of their own are left alone from now on. */
import { tablePattern } from '../../ignorePattern.ts'
import { withoutIgnored } from '../../physical/ignored.ts'
import type { NamespaceLook } from '../../postgres/adoption/look.ts'
import { readKnownTables } from '../../postgres/catalog/projects/history.ts'
import { ignoreTables } from '../../postgres/catalog/projects/ignoreTables.ts'
import type { ActivityDependencies } from '../dependencies.ts'
import type { Candidate, Expectation } from './importStanding.ts'

/** What is expected of a namespace whose own tables do not count, and the names of those. */
export interface AsItIs {
  readonly expectation: Expectation
  readonly ignored: readonly string[]
}

/** Tables that a model of the project has, or had, are no tables of its own. A dry run writes nothing. */
export async function takenAsItIs(
  { catalog }: ActivityDependencies,
  { project, input }: Candidate,
  { look, expectation }: { readonly look: NamespaceLook; readonly expectation: Expectation },
): Promise<AsItIs> {
  if (input.asTheyAre !== true) return { expectation, ignored: [] }
  const known = await readKnownTables(catalog, project.id)
  const { tables } = withoutIgnored(look.actual, expectation.ignore)
  const ignored = Object.keys(tables).filter((name) => !known.includes(name))
  if (ignored.length > 0 && input.dryRun !== true) {
    await ignoreTables(catalog, { project: project.id, tables: ignored, actor: input.actor })
  }
  return { expectation: { ...expectation, ignore: [...expectation.ignore, ...ignored.map(tablePattern)] }, ignored }
}
