/** What is found about a target before, or instead of, comparing its tables: in words that are the same for all alike. */

import { hashOf } from '../../hash.ts'
import type { LogicalSchema } from '../../logical/schema.ts'
import type { Difference } from '../../physical/equality.ts'
import type { FleetTarget } from '../catalog/projects/targets.ts'
import { renamedText } from '../target/bookkeeping/sameTables.ts'
import type { DriftedShape } from './drift.ts'
import type { SeenTarget } from './fleetShapes.ts'

/** What is found about one target. */
export type Finding = Omit<DriftedShape, 'targets' | 'revision'>

/** Whether the target is there, ours, and at the revision that the catalog says; without that, comparing means nothing. */
export function standingOf(
  { target, shape }: SeenTarget<FleetTarget>,
  project: string,
  schemas: ReadonlyMap<string, LogicalSchema>,
): Finding | null {
  const { there, incarnation, projectId, revision, schemaHash, renamedTo } = shape
  if (!there) {
    const actual = renamedTo === null ? null : renamedText(shape.namespace, renamedTo)
    return worded({ object: 'namespace', kind: 'missing', expected: 'a namespace', actual })
  }
  const bookkeeping = (kind: 'missing' | 'different', expected: string, actual: string | null): Finding =>
    worded({ object: 'bookkeeping', kind, expected, actual })
  if (incarnation === null) return bookkeeping('missing', 'a row of this target in schema_saga_target.target', null)
  if (incarnation !== target.incarnation || projectId !== project) {
    return bookkeeping('different', 'the row of this target', 'a row of another one: made or restored by others')
  }
  if (revision !== target.revision || schemaHash !== target.schemaHash) {
    const other = revision === target.revision ? ' of another schema' : ''
    return bookkeeping('different', `revision ${target.revision}`, `revision ${revision}${other}`)
  }
  if (schemas.has(target.schemaHash)) return null
  return bookkeeping('different', 'a revision of the project', `revision ${target.revision} of another schema`)
}

/** A target of which nothing could be seen, and why. */
export function unreachable(actual: string): Finding {
  return worded({ object: 'server', kind: 'missing', expected: 'a server that answers', actual })
}

function worded(difference: Difference): Finding {
  return { shape: hashOf(difference).slice(0, 32), differences: [difference], repair: [] }
}
