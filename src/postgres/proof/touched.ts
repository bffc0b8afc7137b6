/** What a proof has touched: in its one transaction, or in all of those on a copy. */

import { footprintInside, requireBookkeepingAlone } from '../target/script/fences.ts'
import type { Footprint, TouchedElsewhere, TouchedObject } from '../target/script/footprint.ts'
import { type Commits, type Course, stepsIn } from './course.ts'

/** In the present transaction. `earlier`: what is known of keys that it has made and dropped again. Errors: `OTHER_NAMESPACE`. */
export async function touchedNow(
  { client, place, question }: Omit<Course, 'commits'>,
  earlier: Footprint | null,
): Promise<Footprint> {
  const { up, undo, beside, where } = question
  await requireBookkeepingAlone(client, where)
  const steps = stepsIn([...up.stages, ...undo])
  const keyed = earlier === null ? [] : earlier.outside.flatMap(({ byKeys, name }) => (byKeys ? [name] : []))
  return await footprintInside(client, place, { steps, beside, where, keyed })
}

/** On a copy: nothing is committed before it is known to be the copy's. */
export function committing(course: Omit<Course, 'commits'>): Commits {
  let all: Footprint = { inside: [], outside: [], rowsWritten: [], sharedLocks: [] }
  const look = async (): Promise<Footprint> => {
    all = joined(all, await touchedNow(course, all))
    return all
  }
  return {
    commit: async () => {
      await look()
      await course.client.query('COMMIT; BEGIN')
    },
    touched: look,
  }
}

function joined(one: Footprint, other: Footprint): Footprint {
  const inside = new Map<string, TouchedObject>()
  for (const { kind, name, rowsAlone } of [...one.inside, ...other.inside]) {
    const known = inside.get(`${kind} ${name}`)
    const isRows = rowsAlone === true && (known === undefined || known.rowsAlone === true)
    inside.set(`${kind} ${name}`, { kind, name, ...(isRows && { rowsAlone }) })
  }
  const outside = new Map<string, TouchedElsewhere>()
  for (const each of [...one.outside, ...other.outside]) outside.set(`${each.kind} ${each.name} ${each.how}`, each)
  const locks = new Map(
    [...one.sharedLocks, ...other.sharedLocks].map((each) => [`${each.relation} ${each.mode}`, each]),
  )
  return {
    inside: [...inside.keys()].sort().flatMap((key) => inside.get(key) ?? []),
    outside: [...outside.values()],
    rowsWritten: [...new Set([...one.rowsWritten, ...other.rowsWritten])].sort(),
    sharedLocks: [...locks.values()],
  }
}
