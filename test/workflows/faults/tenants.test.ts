import { describe } from 'vitest'
import { tell } from './everywhere.ts'
import { applies, CARD, GUESTS, useWorld } from './scenes.ts'

const active = (id: string, revision: number): object => ({ id, revision, state: 'active' })

describe('a worker lost at every boundary of what happens to one tenant', () => {
  const world = useWorld()
  tell('it is provisioned', world, {
    ...GUESTS,
    id: 'new',
    looksAt: [...GUESTS.tenants, 'cleo'],
    happens: async ({ world: here, project }) => {
      await here.client.addTenant(project, { id: 'cleo', server: 'alpha' })
    },
    ends: { tenants: [active('ada', 1), active('bob', 1), active('cleo', 1)] },
  })
  tell('it is one of a list that is provisioned', world, {
    ...GUESTS,
    id: 'listed',
    looksAt: [...GUESTS.tenants, 'cleo', 'dora'],
    happens: async ({ world: here, project }) => {
      await here.client.addTenants(project, [
        { id: 'cleo', server: 'alpha' },
        { id: 'dora', server: 'beta' },
      ])
    },
    ends: { tenants: [active('ada', 1), active('bob', 1), active('cleo', 1), active('dora', 1)] },
  })
  tell('it was parked, and catches up with the operation that it missed', world, {
    ...GUESTS,
    id: 'behind',
    given: async (scene) => {
      await scene.world.client.parkTenant(scene.project, 'bob')
      await applies(CARD, { fanOut: 'children' })(scene)
    },
    happens: async ({ world: here, project }) => {
      await here.client.unparkTenant(project, 'bob')
    },
    ends: { tenants: [active('ada', 2), active('bob', 2)] },
  })
  tell('it is one of those that failed, and all are brought up together', world, {
    ...GUESTS,
    id: 'all',
    given: async (scene) => {
      const { world: here, project } = scene
      for (const tenant of GUESTS.tenants) await here.client.parkTenant(project, tenant)
      await applies(CARD, { fanOut: 'children' })(scene)
      await here.catalog.query(`update schema_saga.tenant set cause = 'failure' where project_id = $1`, [project])
    },
    happens: async ({ world: here, project }) => {
      await here.client.unparkTenants(project)
    },
    ends: { tenants: [active('ada', 2), active('bob', 2)] },
  })
  tell('it is imported with what it has', world, {
    ...GUESTS,
    id: 'taken',
    given: async ({ world: here, project }) => {
      await here.client.removeTenant(project, 'bob')
    },
    happens: async ({ world: here, project }) => {
      await here.client.importTenants(project, { server: 'beta', like: `${project}_bob` })
    },
    ends: { tenants: [active('ada', 1), { state: 'active', revision: 1 }] },
  })
})
