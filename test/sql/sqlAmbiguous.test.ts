import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { standTarget } from '../../src/postgres/adoption/standTarget.ts'
import { showTenant } from '../../src/postgres/catalog/tenants/record.ts'
import { revisionOf } from '../postgres/fleet.ts'
import { importAll, openSqlFleet, type SqlFleet, TEXT } from './sqlFleet.ts'

const CENTS = 'UPDATE invoice SET total = total * 100'
const THERE_AND_BACK = 'ALTER TABLE invoice ADD COLUMN gone text; ALTER TABLE invoice DROP COLUMN gone'

let fleet: SqlFleet
beforeAll(async () => {
  fleet = await openSqlFleet()
  await fleet.addRevision(CENTS)
  await fleet.addRevision('ALTER TABLE invoice ADD COLUMN note text')
  await fleet.addRevision(THERE_AND_BACK)
  for (const namespace of ['a_ada', 'a_bob', 'a_cleo']) await fleet.byHand(namespace)
  await fleet.byHand('a_dora', `${TEXT}; ALTER TABLE invoice ADD COLUMN note text`)
})
afterAll(() => fleet.close())

const LIKE = { like: 'a\\_%' }
let now: Awaited<ReturnType<typeof importAll>>

describe('namespaces that look like several revisions', () => {
  beforeEach(async () => {
    now = await importAll(fleet, { ...LIKE, dryRun: true })
  })

  it('are parked where rows were written between them, and the newest where nothing was', async () => {
    expect(now.alike_revisions).toEqual([
      [1, 2],
      [3, 4],
    ])
    expect(now.matched).toEqual([{ tenant: 'dora', namespace: 'a_dora', decided_by: 'newest', tool_table: null }])
    expect(now.revisions).toMatchObject([{ revision: 4, tenants: 1 }])
    expect(now.parked.map(({ tenant }) => tenant)).toEqual(['ada', 'bob', 'cleo'])
    expect(now.parked[0]?.differences).toEqual([
      'It looks like the revisions 1 and 2 alike: say which one its rows have with `tenant unpark --at REVISION`, or of all with --at-newest or --at-oldest of `tenant import`.',
    ])
  })

  it('are what a person says of all, or of each', async () => {
    const toldOf = async (said: object) =>
      (await importAll(fleet, { ...LIKE, dryRun: true, ...said })).parked.map(({ tenant, differences: [first] }) => [
        tenant,
        /revisions? (\d+ and \d+|\d+)/.exec(first ?? '')?.[1],
      ])
    expect(await toldOf({ among: 'newest' })).toEqual([
      ['ada', '2'],
      ['bob', '2'],
      ['cleo', '2'],
    ])
    expect(await toldOf({ among: 'oldest', revisions: { a_bob: 2 } })).toEqual([
      ['ada', '1'],
      ['bob', '2'],
      ['cleo', '1'],
      ['dora', '3'],
    ])
    const wrong = await importAll(fleet, { ...LIKE, dryRun: true, revisions: { a_dora: 1 } })
    expect(wrong.parked.at(-1)).toMatchObject({
      tenant: 'dora',
      differences: ['It looks like revision 4, and not 1 as is said of it.'],
    })
  })

  it('stay parked with a code of their own until somebody has said it', async () => {
    expect(await importAll(fleet, LIKE)).toMatchObject({ counts: { matched: 1, parked: 3 } })
    const { catalog, pools, project } = fleet
    expect(await showTenant(catalog, project, 'ada')).toMatchObject({
      state: 'parked',
      reason_code: 'REVISION_AMBIGUOUS',
    })
    const { rows } = await catalog.query<{ incarnation: string }>(
      `select incarnation from schema_saga.tenant where id = 'ada'`,
    )
    const target = { scope: 'ada', server: 'alpha', namespace: 'a_ada', incarnation: rows[0]?.incarnation ?? '' }
    const stand = (at?: number) =>
      standTarget({ catalog, targetPools: pools }, { project, target, actor: 'test', isNew: true, byPerson: true, at })
    await expect(stand()).rejects.toMatchObject({ code: 'REVISION_AMBIGUOUS', details: { fits: [1, 2] } })
    await expect(stand(3)).rejects.toMatchObject({
      code: 'TARGET_DRIFTED',
      message: expect.stringContaining('and not 3'),
    })
    expect(await stand(2)).toEqual({ revision: 2 })
    expect(await revisionOf(fleet, 'a_ada')).toBe(2)
    const again = await importAll(fleet, { ...LIKE, among: 'oldest' })
    const told = { counts: { matched: 0, parked: 3, registered: 1, refused: 0 }, parked_before: 3 }
    expect(again).toMatchObject(told)
    expect(await revisionOf(fleet, 'a_bob')).toBe(1)
    expect(await importAll(fleet, LIKE)).toMatchObject(told)
  })
})
