import { expect, test } from 'vitest'
import { useLedger } from '../postgres/catalog/ledger.ts'
import { plannedFleet } from './plannedFleet.ts'

const ledger = useLedger()
const PAGE = { limit: 50, cohortSize: 2 }

test('a preflight without problems lists the first cohorts when they are asked for', async () => {
  const { preflight, close } = await plannedFleet(ledger, 3)
  expect(await preflight()).toEqual({ failed: 0, problems: [], recorded: true })
  const { cohorts = [] } = await preflight(PAGE)
  expect(cohorts.map(({ after, upTo, size }) => ({ after, upTo, size }))).toEqual([
    { after: '', upTo: 't1', size: 2 },
    { after: 't1', upTo: 't2', size: 1 },
  ])
  await close()
})

test('a preflight with a problem lists no cohorts', async () => {
  const { preflight, close } = await plannedFleet(ledger, 3)
  await ledger.pool.query(`drop schema ${ledger.project}_t1 cascade`)
  const { failed, problems, cohorts, recorded } = await preflight(PAGE)
  expect({ failed, cohorts, recorded }).toEqual({ failed: 1, cohorts: undefined, recorded: false })
  expect(problems).toMatchObject([{ scope: 't1', errorCode: 'TARGET_GONE' }])
  await close()
})

test('a target that does not answer is asked again for a while, and then it is a problem of that target', async () => {
  const { preflight, close } = await plannedFleet(ledger, 2)
  await ledger.pool.query(`update schema_saga.tenant set server_id = 'b' where project_id = $1 and id = 't1'`, [
    ledger.project,
  ])
  await expect(preflight()).rejects.toMatchObject({ name: 'TargetUnreachable', code: 'TARGET_UNREACHABLE' })
  const { failed, problems } = await preflight(undefined, Date.now() - 120_000)
  expect({ failed, problems }).toMatchObject({
    failed: 1,
    problems: [{ scope: 't1', errorCode: 'TARGET_UNREACHABLE' }],
  })
  await close()
})
