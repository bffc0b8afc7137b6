import { describe, expect, it } from 'vitest'
import type { OperationDocument } from '../../../src/contract.ts'
import { factsOf, operationFact } from './fabricated.ts'
import type { OperationFact } from './facts.ts'
import { stuckViolations } from './stuck.ts'

type Shown = Pick<OperationDocument, 'error' | 'waits_for' | 'waits_for_status'>

async function kinds(
  operation: Partial<OperationFact>,
  shown: Partial<Shown>,
  when: 'step' | 'end',
): Promise<readonly string[]> {
  const document = { error: null, waits_for: null, waits_for_status: null, ...shown }
  const facts = factsOf([], { operations: [operationFact(operation)] })
  return (await stuckViolations(async () => document, facts, when)).map(({ kind }) => kind)
}

describe('the law that nothing waits for ever', () => {
  it('holds where everything is over', async () => {
    expect(await kinds({}, {}, 'end')).toEqual([])
  })

  it('is broken where an operation is not over at the end', async () => {
    expect(await kinds({ status: 'applying', turn: 'holding' }, {}, 'end')).toEqual(['applying'])
    expect(await kinds({ status: 'needs_repair' }, { error: 'held: by hand' }, 'end')).toEqual(['needs_repair'])
  })

  it('lets an operation wait meanwhile that says for what', async () => {
    expect(await kinds({ status: 'needs_repair' }, { error: 'held: by hand' }, 'step')).toEqual([])
    expect(await kinds({ status: 'needs_repair' }, {}, 'step')).toEqual(['silent'])
  })
})
