import { expect, test } from 'vitest'
import { parseMutation } from '../../src/logical/parse/parseMutation.ts'
import { parseOperationRequest, summaryOfRequest } from '../../src/logical/parse/revertRequest.ts'

const revert = { type: 'revert', operation_id: 'op-1' }

test('a revert is a request, and no mutation', () => {
  const request = parseOperationRequest(revert)
  expect(request).toEqual(revert)
  expect(summaryOfRequest(request)).toBe('revert op-1')
  expect(() => parseMutation(revert)).toThrow('mutation.type: unknown mutation type')
  const changeset = [{ type: 'create_model', name: 'food' }, revert]
  expect(() => parseOperationRequest(changeset)).toThrow('mutation.mutations[1].type: unknown mutation type')
})

test('one that is not whole is refused with the place', () => {
  expect(() => parseOperationRequest({ type: 'revert' })).toThrow('mutation.operation_id: missing, must be a text')
  expect(() => parseOperationRequest({ ...revert, now: true })).toThrow('mutation.now: unknown key')
})
