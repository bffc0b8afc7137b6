import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { markReleasedTargets } from '../../../src/postgres/adoption/markReleased.ts'
import { createProject } from '../../../src/postgres/catalog/projects/createProject.ts'
import { addServer } from '../../../src/postgres/catalog/projects/servers.ts'
import { archiveProject } from '../../../src/postgres/catalog/projects/settings.ts'
import { removeTenant } from '../../../src/postgres/catalog/tenants/states.ts'
import { purgePastHold } from '../../../src/postgres/setAside/purge.ts'
import { dumpAll } from '../../fixtures/dump.ts'
import { openProjectFleet, type ProjectFleet } from '../projectFleet.ts'
import { adds, alters, bookkeepingOf, bringBack, FOOD, importAll, park, restore, shown } from './scene.ts'

let fleet: ProjectFleet
beforeEach(async () => {
  fleet = await openProjectFleet()
  await fleet.commit(FOOD)
  await fleet.addTenant('ada')
  await fleet.addTenant('bob')
})
afterEach(() => fleet.close())

const remove = (tenant: string) => removeTenant(fleet.catalog, { project: 'shop', tenant, actor: 'rosa', reason: null })

/** Everything that the bookkeeping says of bob, and his tables. */
const evidence = async () =>
  JSON.stringify([await bookkeepingOf(fleet, 'shop_bob'), await dumpAll(fleet.alpha, 'shop_bob')])

/** What an import says of bob. */
async function imports(input: Partial<Parameters<typeof importAll>[1]> = {}): Promise<string> {
  const { matched, parked, registered, refused } = await importAll(fleet, { like: 'shop_bob', ...input })
  if (matched.length > 0) return 'active'
  if (registered.length > 0) return 'registered'
  return refused[0] === undefined ? `parked: ${parked[0]?.differences}` : `${refused[0].code}: ${refused[0].reason}`
}

/** A project without tenants whose first schema is that of bob. */
async function otherProject(): Promise<{ project: string; baseline: string }> {
  await createProject(fleet.catalog, { id: 'other', base: null, actor: 'rosa' })
  return { project: 'other', baseline: 'shop_bob' }
}

const ofAnotherCatalog = () =>
  fleet.alpha.query(`UPDATE schema_saga_target.target SET catalog_id = 'far-away' WHERE namespace = 'shop_bob'`)

describe('a tenant that was removed', () => {
  it('is imported with what is set aside there, which a revert brings back and purge finds', async () => {
    await fleet.alpha.query(`INSERT INTO shop_bob.food (id, name, note) VALUES ('a', 'x', 'precious')`)
    await fleet.commit(alters('delete', 'note'))
    const before = await bookkeepingOf(fleet, 'shop_bob')
    await remove('bob')
    expect(await imports()).toBe('active')
    const after = await bookkeepingOf(fleet, 'shop_bob')
    expect(after.markers).toEqual(before.markers)
    const { incarnation } = after.target[0] ?? {}
    expect(after.asides).toEqual(before.asides.map((row) => ({ ...row, incarnation })))
    const revived = await fleet.alpha.query(
      `SELECT schema_saga_target.revive_v1('shop_bob', 'column', $1, true, '{}', '{}') AS there`,
      [after.asides[0]?.aside_name],
    )
    expect(revived.rows).toEqual([{ there: true }])
  })

  it('belongs to nobody, and may be imported into another project', async () => {
    const other = await otherProject()
    expect(await imports(other)).toMatch(/^NAME_TAKEN: Namespace "shop_bob" belongs to tenant bob of project shop/)
    await remove('bob')
    expect(await imports(other)).toBe('active')
  })

  it('is parked at the revision that a backup has made of it, and brought up from there', async () => {
    const bob = fleet.targets.get('bob')
    await fleet.commit(alters('rename', 'name', 'Title'))
    await remove('bob')
    if (bob !== undefined) await restore(fleet, bob, 1)
    expect(await imports()).toBe('parked: Its tables are those of revision 1: `tenant unpark` brings it up from there.')
    // Nothing is left of its name by that pattern, so that the whole name is its id.
    expect(await bringBack(fleet, 'shop_bob')).toEqual({ revision: 2, found: 1 })
    const { rows } = await fleet.alpha.query('SELECT title FROM shop_bob.food')
    expect(rows).toEqual([{ title: 'precious' }])
  })

  it('is refused while it bears what an operation has only begun', async () => {
    await remove('bob')
    await fleet.alpha.query(
      `INSERT INTO schema_saga_target.marker (namespace, incarnation, operation_id, epoch, stage, state, plan_hash)
       SELECT namespace, incarnation, 'far', 0, 1, 'started', 'p' FROM schema_saga_target.target WHERE namespace = 'shop_bob'`,
    )
    const before = await evidence()
    expect(await imports()).toMatch(/^NOT_APPLICABLE: .*operation far has left work there/)
    expect(await evidence()).toBe(before)
    await expect(shown(fleet, 'bob')).rejects.toMatchObject({ code: 'TENANT_NOT_FOUND' })
  })
})

describe('a namespace that belongs to somebody', () => {
  it('is not taken through another name of its server, and nothing is left of the try', async () => {
    await addServer(fleet.catalog, { id: 'alias', dsnEnv: 'ALPHA', actor: 'rosa' })
    const other = await otherProject()
    const before = await evidence()
    const said = await imports({ ...other, server: 'alias' })
    expect(said).toMatch(
      /^NAME_TAKEN: alias\/shop_bob is tenant "bob" of project "shop", under the name alpha\/shop_bob/,
    )
    expect(said).toContain('--take-over shop')
    expect(await imports({ server: 'alias', like: 'shop_bo%' })).toMatch(/run `tenant remove shop bob` first\.$/)
    expect(await evidence()).toBe(before)
    const { rows } = await fleet.catalog.query(`select id from schema_saga.tenant where project_id = 'other'`)
    expect(rows).toEqual([])
    await fleet.commit(adds('Size'))
  })

  it('is taken from a project that a person names, on record in both', async () => {
    await addServer(fleet.catalog, { id: 'alias', dsnEnv: 'ALPHA', actor: 'rosa' })
    expect(await imports({ ...(await otherProject()), server: 'alias', takeOver: 'shop' })).toBe('active')
    expect(await shown(fleet, 'bob')).toMatchObject({ state: 'parked', cause: 'operator' })
    const { rows } = await fleet.catalog.query(
      `select project_id, action from schema_saga.audit where action like 'tenant_take%' order by action`,
    )
    expect(rows).toEqual([
      { project_id: 'other', action: 'tenant_take_over' },
      { project_id: 'shop', action: 'tenant_taken_over' },
    ])
    expect((await bookkeepingOf(fleet, 'shop_bob')).target).toMatchObject([{ project_id: 'other', revision: 1 }])
  })

  it('is not taken while an operation has a record of it, and nothing is left of the try', async () => {
    await addServer(fleet.catalog, { id: 'alias', dsnEnv: 'ALPHA', actor: 'rosa' })
    const other = await otherProject()
    const operation = await fleet.begin(adds('Size'))
    const before = await evidence()
    const said = await imports({ ...other, server: 'alias', takeOver: 'shop' })
    expect(said).toMatch(
      new RegExp(`^IN_PROGRESS: Operation ${operation}, which is applying, has a record of tenant "bob"`),
    )
    expect(await evidence()).toBe(before)
    const { rows } = await fleet.catalog.query(
      `select id from schema_saga.tenant where project_id = 'other'
        union all select namespace from schema_saga.place where project_id = 'other' and scope <> ''`,
    )
    expect(rows).toEqual([])
  })

  it('of another catalog is refused until that is named, also to a project of the same name', async () => {
    await remove('bob')
    await ofAnotherCatalog()
    const before = await evidence()
    expect(await imports()).toMatch(/^NAME_TAKEN: .* of another catalog \(far-away\)/)
    expect(await evidence()).toBe(before)
    expect(await imports({ takeOver: 'far-away' })).toBe('active')
  })

  it('of another catalog has what its operations hid, which those of the same ids in this one do not purge', async () => {
    await fleet.alpha.query(`INSERT INTO shop_bob.food (id, name, note) VALUES ('a', 'x', 'precious')`)
    const operation = await fleet.commit(alters('delete', 'note'))
    await fleet.alpha.query(`UPDATE schema_saga_target.set_aside SET at = at - interval '8 days'`)
    await remove('bob')
    await ofAnotherCatalog()
    expect(await imports({ takeOver: 'far-away' })).toBe('active')
    const { purged } = await purgePastHold(
      { catalog: fleet.catalog, targetPools: fleet.pools },
      { project: 'shop', actor: 'reconciler' },
    )
    expect(purged).toMatchObject([{ object: 'food.note', purged: 2 }])
    const [row] = (await bookkeepingOf(fleet, 'shop_bob')).asides
    expect(row).toMatchObject({ hidden_by: `${operation} of catalog far-away`, purged_at: null })
    const { rows } = await fleet.alpha.query(`SELECT "${row?.aside_name}" AS note FROM shop_bob.food`)
    expect(rows).toEqual([{ note: 'precious' }])
  })

  it('says so to a tenant that wants to come back', async () => {
    await park(fleet, 'bob')
    await fleet.alpha.query(
      `UPDATE schema_saga_target.target SET incarnation = 'x', project_id = 'theirs' WHERE namespace = 'shop_bob'`,
    )
    await expect(bringBack(fleet, 'bob')).rejects.toMatchObject({ code: 'NAME_TAKEN' })
  })

  it('is free once its project is archived', async () => {
    const other = await otherProject()
    await archiveProject(fleet.catalog, { id: 'shop', actor: 'rosa' })
    expect(await imports(other)).toBe('active')
  })
})

describe('targets that were let go of', () => {
  const marks = async () =>
    (
      await fleet.alpha.query(
        `SELECT namespace, released_at IS NOT NULL AS released FROM schema_saga_target.target ORDER BY 1`,
      )
    ).rows.flatMap(({ namespace, released }) => (released ? [namespace] : []))

  it('are told so in their own databases, which keep all that they have; one that is away is told later', async () => {
    await fleet.addTenant('far', 'gamma')
    const before = await evidence()
    await remove('bob')
    await remove('far')
    expect(await markReleasedTargets({ catalog: fleet.catalog, targetPools: fleet.pools })).toEqual({
      marked: 1,
      left: 1,
    })
    expect(await marks()).toEqual(['shop_bob'])
    expect((await evidence()).replace(/"released_at":"[^"]*"/, '"released_at":null')).toBe(before)
    await archiveProject(fleet.catalog, { id: 'shop', actor: 'rosa' })
    await markReleasedTargets({ catalog: fleet.catalog, targetPools: fleet.pools })
    expect(await marks()).toEqual(['shop_ada', 'shop_base', 'shop_bob'])
    // Nothing but the mark is asked of a namespace whose catalog is another one.
    await ofAnotherCatalog()
    expect(await imports(await otherProject())).toBe('active')
  })
})

describe('a copy of a database', () => {
  it('is imported beside the original of the same project, with what is set aside in it', async () => {
    await fleet.commit(alters('delete', 'note'))
    // What a copy of alpha's database has, whichever way it was made.
    const { alpha, beta } = fleet
    const { target, asides } = await bookkeepingOf(fleet, 'shop_bob')
    await fleet.addTenant('eve', 'beta')
    await remove('eve')
    await beta.query(
      `ALTER SCHEMA shop_eve RENAME TO shop_bob; ALTER TABLE shop_bob.food ADD COLUMN "${asides[0]?.aside_name}" text`,
    )
    await beta.query(`DELETE FROM schema_saga_target.target`)
    for (const [table, rows] of [
      ['target', target],
      ['set_aside', asides],
    ] as const) {
      await beta.query(
        `INSERT INTO schema_saga_target.${table} OVERRIDING SYSTEM VALUE
         SELECT * FROM jsonb_populate_recordset(NULL::schema_saga_target.${table}, $1)`,
        [JSON.stringify(rows)],
      )
    }
    expect(await imports({ server: 'beta', like: 'shop_bo%' })).toBe('active')
    const there = await beta.query('SELECT incarnation FROM schema_saga_target.set_aside')
    const now = await beta.query('SELECT incarnation FROM schema_saga_target.target')
    expect(there.rows).toEqual(now.rows)
    expect(now.rows).not.toEqual([{ incarnation: target[0]?.incarnation }])
    const original = await alpha.query(`SELECT incarnation FROM schema_saga_target.target WHERE namespace = 'shop_bob'`)
    expect(original.rows).toEqual([{ incarnation: target[0]?.incarnation }])
  })
})
