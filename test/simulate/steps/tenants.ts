/** Steps with tenants that come and go. */
import fc from 'fast-check'
import { arbitraryChoice, chooseTenant, chosen, NothingToDo, stepKind } from './kind.ts'

const arbitraryTenant = fc.record({ tenant: arbitraryChoice })

export const park = stepKind<{ tenant: number }>({
  weight: 3,
  controls: true,
  arguments: arbitraryTenant,
  run: async (place, { tenant }) => {
    const { id } = await chooseTenant(place, tenant, ['active'])
    await place.world.client.parkTenant(place.project, id, { reason: 'the story wants it' })
    return `park ${id}`
  },
})

export const suspend = stepKind<{ tenant: number }>({
  weight: 2,
  controls: true,
  arguments: arbitraryTenant,
  run: async (place, { tenant }) => {
    const { id } = await chooseTenant(place, tenant, ['active'])
    await place.world.client.suspendTenant(place.project, id)
    return `suspend ${id}`
  },
})

export const catchUp = stepKind<{ tenant: number; by: 'unpark' | 'resume' | 'catchUp' }>({
  weight: 6,
  detachable: true,
  arguments: fc.record({ tenant: arbitraryChoice, by: fc.constantFrom('unpark', 'resume', 'catchUp') }),
  run: async (place, { tenant, by }) => {
    const states = { unpark: ['parked'], resume: ['suspended'], catchUp: ['parked', 'suspended'] }[by]
    const { id } = await chooseTenant(place, tenant, states)
    const { client } = place.world
    const methods = { unpark: client.unparkTenant, resume: client.resumeTenant, catchUp: client.catchUpTenant }
    await methods[by](place.project, id)
    return `${by} ${id}`
  },
})

export const remove = stepKind<{ tenant: number }>({
  weight: 1,
  controls: true,
  arguments: arbitraryTenant,
  run: async (place, { tenant }) => {
    const { id } = await chooseTenant(place, tenant, ['active', 'parked', 'suspended'])
    await place.world.client.removeTenant(place.project, id)
    return `remove ${id}`
  },
})

export const provision = stepKind<{ server: number }>({
  weight: 4,
  detachable: true,
  controls: true,
  arguments: fc.record({ server: arbitraryChoice }),
  run: async ({ world, project, id }, { server: number }) => {
    const server = chosen([...world.servers.values()], number)
    if (server === undefined) throw new NothingToDo('no server')
    const tenant = `n${id}`
    const namespace = `${world.prefix}_${project}_${tenant}`
    await world.client.addTenant(project, { id: tenant, server: server.id, namespace })
    return `add ${tenant} on ${server.id}`
  },
})

/** Takes over whatever namespaces are there, those of tenants that were removed among them. */
export const importTenants = stepKind<{ server: number; dryRun: boolean }>({
  weight: 2,
  arguments: fc.record({ server: arbitraryChoice, dryRun: fc.constantFrom(false, false, true) }),
  run: async ({ world, project }, { server: number, dryRun }) => {
    const server = chosen([...world.servers.values()], number)
    if (server === undefined) throw new NothingToDo('no server')
    const like = `${world.prefix}\\_${project}\\_%`
    const { counts } = await world.client.importTenants(project, { server: server.id, like, dryRun })
    return `import from ${server.id}${dryRun ? ' (dry run)' : ''}: ${JSON.stringify(counts)}`
  },
})
