/** Facts that a test makes up: a project with one operation and one tenant, at which nothing is wrong. */
import type { OperationFact, ProjectFacts, TargetFact } from './facts.ts'

/** The tenant `a`, at revision 1 of its project. */
export function targetFact(change: Partial<TargetFact> = {}): TargetFact {
  return {
    place: { project: 'shop', tenant: 'a', server: 'alpha', namespace: 'shop_a' },
    name: 'shop/a',
    state: 'active',
    cause: null,
    changed: null,
    catalog: { revision: 1, hash: 'one' },
    registered: { revision: 1, hash: 'one', project: 'shop' },
    markers: [],
    notes: [],
    dump: ['food: column id text'],
    differences: [],
    peculiar: [],
    byHand: false,
    owes: [],
    ...change,
  }
}

/** A committed operation that made revision 1. */
export function operationFact(change: Partial<OperationFact> = {}): OperationFact {
  return {
    id: 'op-1',
    status: 'committed',
    turn: 'released',
    attempt: 1,
    revision: 1,
    unchanged: false,
    persisted: true,
    error: null,
    accepted: [],
    ...change,
  }
}

/** The project `shop` at revision 1. */
export function factsOf(targets: readonly TargetFact[], change: Partial<ProjectFacts> = {}): ProjectFacts {
  const revisions = new Map([
    ['zero', { operation: null, schema: { models: [] } }],
    ['one', { operation: 'op-1', schema: { models: [] } }],
  ])
  return {
    id: 'shop',
    revision: 1,
    hash: 'one',
    operations: [operationFact()],
    revisions,
    targets,
    quiet: true,
    ...change,
  }
}
