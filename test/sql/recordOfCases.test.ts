import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RecordSettings, readRecord } from '../../src/postgres/record/readRecord.ts'
import { readRecordShapes } from '../../src/postgres/record/readRecordShapes.ts'
import { type NamespaceRecord, unsupportedIn } from '../../src/sql/record.ts'
import { printingProblem, recordDifferences } from '../../src/sql/recordDifferences.ts'
import { openFleet, type TestFleet } from '../postgres/fleet.ts'
import { CASES, loadCase, makeRoles } from './cases.ts'

const SETTINGS: RecordSettings = { tenantRole: null, partitions: 'any' }
// Names that occur in one another, in tables of the cases, and that have to be quoted.
const NAMESPACES = ['room', 'Room "A".b', 'o']

let here: TestFleet
let there: TestFleet
beforeAll(async () => {
  ;[here, there] = await Promise.all([openFleet(), openFleet()])
  await makeRoles(here.client)
})
afterAll(() => Promise.all([here.close(), there.close()]))

async function record({ client }: TestFleet, namespace: string): Promise<NamespaceRecord> {
  const found = await readRecord(client, namespace, SETTINGS)
  if (found === null) throw new Error(`there is no ${namespace}`)
  return found
}

describe.each(CASES)('the record of %s', (name) => {
  it('is the same in every namespace, in every database, and every kind of it has lines', async () => {
    await there.client.query('CREATE SCHEMA of_another_tenant')
    for (const namespace of NAMESPACES) await loadCase(here.client, name, namespace)
    await loadCase(there.client, name, 'elsewhere')
    const first = await record(here, 'room')
    expect(unsupportedIn(first)).toEqual([])
    for (const namespace of NAMESPACES) expect(await record(here, namespace)).toEqual(first)
    const other = await record(there, 'elsewhere')
    expect(recordDifferences(first, other)).toEqual([])
    expect(printingProblem(first.printing, other.printing)).toBeNull()
    const shapes = [
      ...(await readRecordShapes(here.client, NAMESPACES, SETTINGS)),
      ...(await readRecordShapes(there.client, ['elsewhere'], SETTINGS)),
    ]
    expect(new Set(shapes.map((each) => 'shape' in each && each.shape)).size).toBe(1)
    for (const namespace of NAMESPACES) {
      await here.client.query(`DROP SCHEMA "${namespace.replaceAll('"', '""')}" CASCADE`)
    }
    await there.client.query('DROP SCHEMA elsewhere, of_another_tenant CASCADE')
  })
})
