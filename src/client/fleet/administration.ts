/** The client's methods for servers, projects and tenants. */
import type pg from 'pg'
import { defaultActor } from '../../config.ts'
import { InputInvalid, RequestRefused } from '../../errors.ts'
import { createProject, type NewProject } from '../../postgres/catalog/projects/createProject.ts'
import { requireMadeBase } from '../../postgres/catalog/projects/kind.ts'
import { listProjects, readSchema, requireProject, showProject } from '../../postgres/catalog/projects/projects.ts'
import { addServer, listServers, requireServer, setServer } from '../../postgres/catalog/projects/servers.ts'
import { readLines } from '../../postgres/catalog/sql/sqlRevisions.ts'
import { listTenants } from '../../postgres/catalog/tenants/list.ts'
import type { BaselineFrom, SchemaSagaClient } from '../types.ts'
import type { WorkflowAccess } from '../workflows.ts'
import { dumpBaseline } from './dumpBaseline.ts'
import { checkBaseline, createWithBase, provision, seedsIn } from './provision.ts'
import { provisionMany } from './provisionMany.ts'

/** What administration works with. */
export interface AdministrationDependencies extends WorkflowAccess {
  readonly catalog: pg.Pool
}

/** Servers, projects and tenants. */
export function administration(
  deps: AdministrationDependencies,
): Pick<
  SchemaSagaClient,
  | 'addServer'
  | 'setServer'
  | 'listServers'
  | 'createProject'
  | 'showProject'
  | 'listProjects'
  | 'addTenant'
  | 'addTenants'
  | 'listTenants'
  | 'showSchema'
> {
  const { catalog } = deps
  return {
    addServer: ({ actor = defaultActor(), ...server }) => addServer(catalog, { ...server, actor }),
    setServer: ({ actor = defaultActor(), ...server }) => setServer(catalog, { ...server, actor }),
    listServers: () => listServers(catalog),
    createProject: async ({ id, base, baseline: given, seed, actor = defaultActor() }) => {
      const text = given !== undefined && 'from' in given ? await writtenDown(deps, { id, base, actor }, given) : given
      const baseline = await describedBy(text, seed)
      if (base === null) await createProject(catalog, { id, base, actor, ...baseline })
      else await createWithBase(deps, { id, base, actor, ...baseline })
      return await showProject(catalog, id)
    },
    showProject: (id) => showProject(catalog, id),
    listProjects: () => listProjects(catalog),
    addTenant: async (project, { id, server, namespace = `${project}_${id}`, actor = defaultActor() }) => {
      requireMadeBase(await requireProject(catalog, project))
      await provision(deps, { project, scope: id, server, namespace, actor })
      const tenant = (await listTenants(catalog, project)).find((each) => each.id === id)
      if (tenant === undefined) throw new RequestRefused('TENANT_NOT_FOUND', `Tenant "${id}" was removed meanwhile.`)
      return tenant
    },
    addTenants: async (project, wanted, { actor = defaultActor(), heard } = {}) => {
      requireMadeBase(await requireProject(catalog, project))
      const tenants = wanted.map(({ id, server, namespace = `${project}_${id}` }) => ({ id, server, namespace }))
      return await provisionMany(deps, { project, actor, tenants }, heard)
    },
    listTenants: async (project) => {
      await requireProject(catalog, project)
      return await listTenants(catalog, project)
    },
    showSchema: async (project, given) => {
      const { revision, schema } = await readSchema(catalog, project, given)
      const objects = await readLines(catalog, project, revision)
      return { revision, schema, ...(objects !== null && { objects }) }
    },
  }
}

/** What a project is described by, if by SQL. */
async function describedBy(
  given: Parameters<typeof checkBaseline>[0] | undefined,
  seed: readonly string[] | undefined,
): Promise<Pick<NewProject, 'baseline' | 'seed'>> {
  if (given === undefined) return seed === undefined ? {} : { seed }
  const baseline = await checkBaseline(given)
  return { baseline, seed: seed ?? (await seedsIn(baseline)) }
}

async function writtenDown(
  deps: AdministrationDependencies,
  { id, base, actor }: Pick<NewProject, 'id' | 'base' | 'actor'>,
  { from, rewriteBodies }: BaselineFrom,
): Promise<Parameters<typeof checkBaseline>[0]> {
  if (base === null) {
    const text = 'A project without a base has no server from which a namespace could be written down.'
    throw new InputInvalid('INPUT_INVALID', text, { path: 'baseline' })
  }
  await requireServer(deps.catalog, base.server)
  const dumped = await dumpBaseline(deps, { project: id, server: base.server, namespace: from, actor })
  return { ...dumped, ...(rewriteBodies !== undefined && { rewriteBodies }) }
}
