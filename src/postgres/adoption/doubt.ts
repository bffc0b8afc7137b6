/** Which revision rows have, where nothing vouches for it: tables of several revisions may look alike. */
import { TargetDrifted } from '../../errors.ts'
import { type Difference, differences } from '../../physical/equality.ts'
import type { RevisionShape } from '../../physical/past/fit.ts'
import type { Queryable } from '../catalog/pool.ts'
import { isStillBetween, readHistory, readMakers } from '../catalog/projects/history.ts'
import { type Place, whereOf } from '../sessions/servers.ts'

/** Revisions whose tables are alike and whose rows are not, and what lies between the first and the last of them. */
export interface Doubt {
  readonly revisions: readonly number[]
  readonly operations: readonly string[]
}

/** What may be the case with tables that look as this revision says; null when nothing else may. */
export async function doubtAbout(
  db: Queryable,
  project: string,
  revision: number,
  history: () => Promise<readonly RevisionShape[]> = () => readHistory(db, project),
): Promise<Doubt | null> {
  const all = await history()
  const said = all.find((shape) => shape.revision === revision)
  if (said === undefined) return null
  const alike = all.filter(({ expected }) => differences(expected, said.expected).length === 0)
  return await doubtAmong(db, project, await sameToRows(db, project, alike))
}

/** The same of revisions that were found to fit. */
export async function doubtAmong(
  db: Queryable,
  project: string,
  fits: readonly RevisionShape[],
): Promise<Doubt | null> {
  const revisions = fits.map(({ revision }) => revision)
  const [first] = revisions
  if (first === undefined || revisions.length === 1) return null
  return { revisions, operations: await readMakers(db, project, first, revisions.at(-1) ?? first) }
}

/** Revisions between which nothing happens on targets are one: its last. */
export async function sameToRows(
  db: Queryable,
  project: string,
  fits: readonly RevisionShape[],
): Promise<readonly RevisionShape[]> {
  const told: RevisionShape[] = []
  for (const [index, fit] of fits.entries()) {
    const next = fits[index + 1]
    if (next === undefined || !(await isStillBetween(db, project, fit.revision, next.revision))) told.push(fit)
  }
  return told
}

/** `revisions 1 and 2 alike (operation x lies between)`. */
export function alikeText({ revisions, operations }: Doubt): string {
  const between = operations.length === 0 ? '' : ` (${inWords(operations)} between)`
  return `the revisions ${revisions.join(' and ')} alike${between}`
}

/** Refuses a target of which nobody knows what its rows are. */
export function doubted(place: Place, doubt: Doubt): TargetDrifted {
  return new TargetDrifted(
    'TARGET_DRIFTED',
    `${whereOf(place)}: its tables were put there anew, and fit ${alikeText(doubt)}: nothing tells which one its rows have. Park it, and say which with \`tenant unpark --at REVISION\`.`,
    { details: { fits: doubt.revisions, between: doubt.operations } },
  )
}

/** The same, as drift says it. */
export function doubtDifference(revision: number, doubt: Doubt): Difference {
  const actual = `unknown: the tables were put there anew, and fit ${alikeText(doubt)}; park the tenant, and say which with unpark --at`
  return { object: 'rows', kind: 'different', expected: `rows of revision ${revision}`, actual }
}

const MOST_NAMED = 5

function inWords(operations: readonly string[]): string {
  const named = operations.slice(0, MOST_NAMED).join(', ')
  const more = operations.length > MOST_NAMED ? ` and ${operations.length - MOST_NAMED} more` : ''
  return operations.length === 1 ? `operation ${named} lies` : `operations ${named}${more} lie`
}
