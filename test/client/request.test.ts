import { describe, expect, test } from 'vitest'
import { contentHash, parseRequest } from '../../src/contract/request.ts'

const MUTATION = { type: 'create_model', name: 'food' } as const
const REQUEST = { project: 'shop', operationId: 'op-1', mutation: MUTATION, actor: 'rosa' }

/** The error with which a request is refused. */
function refusal(request: unknown): unknown {
  try {
    parseRequest(request)
  } catch (error) {
    return error
  }
  throw new Error('the request was accepted')
}

describe('a request', () => {
  test('is the project, the id, the mutation, the options and the actor', () => {
    const options = { onTenantFailure: 'park', maxParked: '5%', fanOut: 'sweep', canary: ['t1'], waves: [10, 50, 100] }
    const more = { soakMs: 60_000, haltAt: 3, parallel: 8, planHash: 'abc' }
    const request = { ...REQUEST, options: { ...options, ...more } }
    expect(parseRequest(request)).toEqual(request)
    expect(parseRequest({ ...request, retryOf: 2 })).toEqual({ ...request, retryOf: 2 })
  })

  test.each([
    [{ actor: 'a\0' }, 'actor'],
    [{ actor: 'a\uD800' }, 'actor'],
    [{ project: 'shop\0' }, 'project'],
    [{ options: { canary: ['t\0'] } }, 'options.canary.0'],
  ])('is refused with a text that no column can hold: %j', (part, path) => {
    expect(() => parseRequest({ ...REQUEST, ...part })).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID', path }),
    )
  })

  test('has no options and an unknown actor unless it says so', () => {
    const { actor: _, ...unsigned } = REQUEST
    expect(parseRequest(unsigned)).toEqual({ ...unsigned, options: {}, actor: 'unknown' })
  })

  test('may take back another operation', () => {
    const mutation = { type: 'revert', operation_id: 'op-0' }
    expect(parseRequest({ ...REQUEST, mutation }).mutation).toEqual(mutation)
  })

  test.each<[string, object, string, string]>([
    ['an id with a slash', { operationId: 'a/b' }, 'operationId', '1 to 64 of A-Z a-z 0-9 . _ - are expected'],
    ['an id of 65', { operationId: 'x'.repeat(65) }, 'operationId', '1 to 64 of A-Z a-z 0-9 . _ - are expected'],
    ['an id that is no text', { operationId: 1 }, 'operationId', 'an operation id is expected'],
    ['no project', { project: undefined }, 'project', 'the id of a project is expected'],
    ['a key of nobody', { colour: 'red' }, 'colour', 'unknown key'],
    ['an option of nobody', { options: { colour: 'red' } }, 'options.colour', 'unknown key'],
    [
      'a share of more than all',
      { options: { maxParked: '100.5%' } },
      'options.maxParked',
      'a number of tenants, or a share such as 5%, is expected',
    ],
    [
      'fewer tenants than none',
      { options: { maxParked: -1 } },
      'options.maxParked',
      'a number of tenants, or a share such as 5%, is expected',
    ],
    [
      'half a tenant',
      { options: { haltAt: 0.5 } },
      'options.haltAt',
      'a number of tenants, or a share such as 5%, is expected',
    ],
    [
      'waves that do not grow',
      { options: { waves: [50, 50] } },
      'options.waves',
      'percentages in ascending order are expected, for example 10, 50, 100',
    ],
  ])('with %s is refused with its place', (_, part, path, reason) => {
    expect(refusal({ ...REQUEST, ...part })).toMatchObject({
      name: 'InputInvalid',
      code: 'INPUT_INVALID',
      message: `${path}: ${reason}.`,
      path,
    })
  })

  test.each<[string, object]>([
    ['parallel', { parallel: 0 }],
    ['parallel', { parallel: 1_001 }],
    ['soakMs', { soakMs: 31 * 86_400_000 + 1 }],
    ['onTenantFailure', { onTenantFailure: 'ignore' }],
    ['fanOut', { fanOut: 'all' }],
    ['canary', { canary: [] }],
    ['waves.0', { waves: [0] }],
  ])('with an option out of its range is refused: %s', (option, options) => {
    expect(refusal({ ...REQUEST, options })).toMatchObject({ code: 'INPUT_INVALID', path: `options.${option}` })
  })

  test('that is no object is refused as a whole, and one with a wrong mutation as that mutation is', () => {
    expect(refusal('apply')).toMatchObject({ code: 'INPUT_INVALID', path: '' })
    expect(refusal({ ...REQUEST, mutation: { type: 'create_model' } })).toMatchObject({
      name: 'MutationRejected',
      path: 'name',
    })
  })
})

test('a mutation has one hash, in whatever order its keys come, and another mutation has another', () => {
  expect(contentHash({ name: 'food', type: 'create_model' })).toBe(contentHash(MUTATION))
  expect(contentHash({ ...MUTATION, name: 'drink' })).not.toBe(contentHash(MUTATION))
})
