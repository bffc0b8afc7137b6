/** The project of the demo with its base and tenants. */
import pMap from 'p-map'
import type { SchemaSagaClient } from '../../client/types.ts'
import { DEMO_SERVERS } from '../stack.ts'
import { RESTAURANTS } from './restaurants.ts'

/** Tenants provisioned at once. */
const AT_ONCE = 4

/** Creates a project with a fresh id, its base on the first server and the tenants on both. */
export async function createFleet(client: SchemaSagaClient): Promise<string> {
  const servers = new Set((await client.listServers()).map((server) => server.id))
  for (const { id, dsnEnv } of DEMO_SERVERS) {
    if (!servers.has(id)) await client.addServer({ id, dsnEnv })
  }
  const project = freshId((await client.listProjects()).map((each) => each.id))
  const [first, second] = DEMO_SERVERS
  await client.createProject({ id: project, base: { server: first.id, namespace: `${project}_base` } })
  const add = (id: string, index: number) =>
    client.addTenant(project, { id, server: index < RESTAURANTS.length / 2 ? first.id : second.id })
  await pMap(RESTAURANTS, add, { concurrency: AT_ONCE })
  return project
}

/** `demo`, or `demo-2` and so on when there are demos from before. */
export function freshId(taken: readonly string[]): string {
  if (!taken.includes('demo')) return 'demo'
  for (let number = 2; ; number += 1) {
    if (!taken.includes(`demo-${number}`)) return `demo-${number}`
  }
}
