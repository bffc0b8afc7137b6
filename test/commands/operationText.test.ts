import { expect, test } from 'vitest'
import { operationText } from '../../src/commands/render/operationText.ts'
import { describeProgress } from '../../src/commands/render/progress.ts'
import { operationDocument } from './fakeSurroundings.ts'

const AWAY = 'alpha/ada: the server takes no writes now.'
const STEP = { error_code: null, error: null, tries: 1, started_at: null, ended_at: null }

test('what is tried again is told while it waits', () => {
  const operation = operationDocument({
    status: 'applying',
    steps: [{ ...STEP, key: 'base_project_ddl', state: 'running', error_code: 'TARGET_UNREACHABLE', error: AWAY }],
    problems: [],
  })
  expect(operationText(operation, false)).toContain(`base_project_ddl waits: TARGET_UNREACHABLE: ${AWAY}`)
  expect(describeProgress(operation)).toMatch(/^applying: base_project_ddl, .*; waits: alpha\/ada: the server takes/)
})

test('a tenant that was removed before its undo is not said to be as before', () => {
  const error = 'The tenant was removed by rosa: its undo is closed, whatever is left there.'
  const operation = operationDocument({
    status: 'cancelled',
    problems: [{ tenant: 'ada', state: 'failed', error_code: 'TARGET_GONE', error }],
  })
  expect(operationText(operation, false)).toContain(
    'everything is as before, except where a tenant was removed before its undo: ada',
  )
})
