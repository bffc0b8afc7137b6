import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { scanDrift } from '../../src/postgres/drift/drift.ts'
import { CASES, loadCase, makeRoles } from './cases.ts'
import { importAll, makeProject, openSqlFleet, type SqlFleet } from './sqlFleet.ts'

let fleet: SqlFleet
beforeAll(async () => {
  fleet = await openSqlFleet()
  await makeRoles(fleet.client)
})
afterAll(() => fleet.close())

describe.each(CASES)('a fleet of %s', (name) => {
  it('is enrolled from a dump of one of its namespaces, by the shape of the others, and does not drift', async () => {
    const { catalog, pools, client } = fleet
    for (const each of ['1', 'Zwei', 'a.b']) await loadCase(client, name, `${name}-${each}`)
    await makeProject(fleet, name, readFileSync(join(import.meta.dirname, 'dumps', `${name}.sql`), 'utf8'))
    await client.query(`COMMENT ON SCHEMA "${name}-1" IS 'the first customer'`)
    const found = await importAll({ ...fleet, project: name }, { like: `${name}-%` })
    expect(found.parked.map(({ differences }) => differences)).toEqual([])
    expect(found.counts).toEqual({ matched: 3, parked: 0, registered: 0, refused: 0 })
    expect(await scanDrift({ catalog, pools, project: name })).toMatchObject({ checked: 4, matching: 4, drift: [] })
  })
})
