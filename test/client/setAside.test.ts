import { describe, expect, test } from 'vitest'
import { setAsideMethods } from '../../src/client/setAside.ts'
import { defaultActor } from '../../src/config.ts'
import { applicationFailure, failedWorkflow } from './failures.ts'
import { CONFIG, temporalStub } from './temporalStub.ts'

const UUID = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'

describe('what is set aside', () => {
  test.each<[string, (methods: ReturnType<typeof setAsideMethods>) => Promise<unknown>, object]>([
    ['list', (methods) => methods.listSetAside('shop'), {}],
    ['restore', (methods) => methods.restoreSetAside('shop', 'x1', { actor: 'rosa' }), { id: 'x1', actor: 'rosa' }],
    ['restore', (methods) => methods.restoreSetAside('shop', 'x1'), { id: 'x1', actor: defaultActor() }],
    ['purge', (methods) => methods.purgeSetAside('shop', 'x1'), { id: 'x1', actor: defaultActor(), now: false }],
    [
      'purge',
      (methods) => methods.purgeSetAside('shop', 'x1', { now: true, actor: 'rosa' }),
      { id: 'x1', actor: 'rosa', now: true },
    ],
  ])('is looked at and dealt with by a workflow of its own: %s', async (action, call, input) => {
    const { temporal, calls } = temporalStub({ execute: () => ({ done: action }) })
    expect(await call(setAsideMethods({ config: CONFIG, temporal }))).toEqual({ done: action })
    expect(calls).toEqual([
      [
        'execute',
        'manageSetAside',
        {
          workflowId: expect.stringMatching(new RegExp(`^set-aside/shop/${action}/${UUID}$`)),
          taskQueue: 'saga-test',
          staticSummary: `${action} set-aside objects of shop`,
          args: [{ action, project: 'shop', ...input }],
        },
      ],
    ])
  })

  test('a refusal keeps its code and sentence', async () => {
    const refused = applicationFailure('RequestRefused', 'NOT_APPLICABLE', 'Its hold is not over.')
    const { temporal } = temporalStub({
      execute: () => {
        throw failedWorkflow(refused)
      },
    })
    await expect(setAsideMethods({ config: CONFIG, temporal }).purgeSetAside('shop', 'x1')).rejects.toMatchObject({
      name: 'RequestRefused',
      code: 'NOT_APPLICABLE',
      message: 'Its hold is not over.',
    })
  })
})
