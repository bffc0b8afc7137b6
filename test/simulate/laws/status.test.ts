import { describe, expect, it } from 'vitest'
import { factsOf, operationFact, targetFact } from './fabricated.ts'
import type { OpenMarker, OperationFact, TargetFact } from './facts.ts'
import { statusViolations } from './status.ts'

const COLUMN = '- food: column price integer'
const PARKED = { state: 'parked', cause: 'failure' }
const BEHIND = { catalog: { revision: 0, hash: 'zero' }, registered: { revision: 0, hash: 'zero', project: 'shop' } }

async function kinds(
  target: Partial<TargetFact>,
  operations: readonly OperationFact[] = [operationFact()],
  catchingUp = false,
): Promise<readonly string[]> {
  const facts = factsOf([targetFact(target)], { operations })
  const found = await statusViolations(facts, new Map(), async () => catchingUp)
  return found.map(({ kind }) => kind)
}

function marker(state: OpenMarker['state'], operation = 'op-1'): OpenMarker {
  return { operation, epoch: 0, stage: 1, state }
}

const failed = operationFact({ id: 'op-2', status: 'failed', revision: null, persisted: false })

describe('the law about final statuses', () => {
  it('holds on a calm project', async () => {
    expect(await kinds({ markers: [marker('applied')] })).toEqual([])
  })

  it('is broken where an active target does not look as its revision says', async () => {
    expect(await kinds({ differences: [COLUMN] })).toEqual(['not-as-revision'])
  })

  it('is broken where a failed operation has left something', async () => {
    const operations = [operationFact(), failed]
    expect(await kinds({ differences: [COLUMN] }, operations)).toEqual(['not-as-before'])
    expect(await kinds({ markers: [marker('applied', 'op-2')] }, operations)).toEqual(['open-marker'])
    expect(await kinds({ ...PARKED, markers: [marker('started', 'op-2')] }, operations)).toEqual(['open-marker'])
  })

  it('lets a target be that the operation names', async () => {
    const accepted = { ...failed, accepted: ['a'] }
    const left = { state: 'parked', cause: 'accepted', differences: [COLUMN], markers: [marker('applied', 'op-2')] }
    expect(await kinds(left, [operationFact(), accepted])).toEqual([])
  })

  it('is broken where an active target is behind, or not where the catalog says', async () => {
    expect(await kinds(BEHIND)).toEqual(['behind'])
    expect(await kinds({ ...BEHIND, catalog: { revision: 1, hash: 'one' } })).toEqual(['revision'])
    expect(await kinds({ registered: null })).toEqual(['unregistered'])
  })

  it('is broken where a tenant was parked half-way, unless it is catching up', async () => {
    const half = { ...PARKED, ...BEHIND, markers: [marker('applied')] }
    expect(await kinds(half)).toEqual(['open-marker'])
    expect(await kinds(half, [operationFact()], true)).toEqual([])
  })

  it('is broken where the ledger and the revisions of the project disagree', async () => {
    expect(await kinds({}, [operationFact({ status: 'failed' })])).toEqual(['durable'])
    expect(await kinds({}, [operationFact({ id: 'op-9' })])).toEqual(['not-durable'])
    expect(await kinds({}, [operationFact({ turn: 'holding' })])).toEqual(['turn-kept'])
  })

  it('asks nothing of the looks of targets while an operation is at work', async () => {
    const facts = factsOf([targetFact({ differences: [COLUMN] })], { quiet: false })
    expect(await statusViolations(facts, new Map(), async () => false)).toEqual([])
  })

  it('does not charge a step with a difference that was there before', async () => {
    const facts = factsOf([targetFact({ differences: [COLUMN] })])
    const before = new Map()
    expect(await statusViolations(facts, before, async () => false)).toHaveLength(1)
    expect(await statusViolations(facts, before, async () => false)).toEqual([])
  })

  it('lets triggers stay that are on record as still to be taken off, and nothing else', async () => {
    const sync = '+ food: trigger CREATE TRIGGER a EXECUTE FUNCTION NS.schema_saga_sync_op-1_0()'
    expect(await kinds({ differences: [sync] })).toEqual(['not-as-revision'])
    expect(await kinds({ differences: [sync], owes: ['op-1'] })).toEqual([])
    expect(await kinds({ differences: [sync, COLUMN], owes: ['op-1'] })).toEqual(['not-as-revision'])
  })

  it('asks nothing of tables that a backup has put there until the tenant is brought back', async () => {
    const put = { differences: [COLUMN], byHand: true }
    expect(await kinds({ ...put, state: 'parked', cause: 'person' })).toEqual([])
    expect(await kinds(put)).toEqual(['not-as-revision'])
  })

  it('lets rules stay off of which the target says so', async () => {
    const differences = ['- food: column name text not null', '+ food: column name text']
    expect(await kinds({ differences, notes: ['NOT NULL stays off'] })).toEqual([])
    expect(await kinds({ differences })).toEqual(['not-as-revision'])
  })
})
