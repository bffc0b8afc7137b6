import { describe, expect, test } from 'vitest'
import type { ProjectDocument, SchemaSagaClient, ServerDocument, TenantDocument } from '../../src/client/types.ts'
import type { ReconcileDocument } from '../../src/contract/reconcile.ts'
import type { SetAsideDocument } from '../../src/contract/setAside.ts'
import { DEFAULT_SETTINGS, type DriftDocument, type HealthDocument } from '../../src/contract.ts'
import { handleOf, operationDocument, runCommand } from './fakeSurroundings.ts'

const server: ServerDocument = {
  id: 'alpha',
  dsn_env: 'ALPHA_URL',
  max_sessions: 8,
  database_per_tenant: false,
  tables_in: null,
}
const project: ProjectDocument = {
  id: 'shop',
  kind: 'models',
  revision: 3,
  schema_hash: 'abc',
  base: { server: 'alpha', namespace: 'shop_base' },
  models: 2,
  tenants: 1,
  archived_at: null,
  settings: DEFAULT_SETTINGS,
}
const tenant: TenantDocument = {
  id: 'ada',
  server: 'alpha',
  namespace: 'shop_ada',
  state: 'active',
  cause: null,
  revision: 3,
  reason: null,
  since: '2026-01-01T00:00:00.000Z',
}
const reconciled: ReconcileDocument = {
  id: 'run-1',
  trigger: 'person',
  dry_run: true,
  project: 'shop',
  done: 0,
  left: 0,
  projects: [],
  started_at: '2026-01-01T00:00:00.000Z',
  ended_at: '2026-01-01T00:00:01.000Z',
  projects_looked_at: 1,
  projects_left_out: 0,
}
const handle = handleOf(operationDocument())
const aside: SetAsideDocument = {
  id: 'op-1/1/_aside_op-1_1_note',
  object: 'food.note',
  kind: 'column',
  aside_name: '_aside_op-1_1_note',
  operation: 'op-1',
  direction: 'forward',
  since: '2026-01-01T00:00:00.000Z',
  targets: 3,
  purgeable_from: '2026-01-08T00:00:00.000Z',
  findings: [],
}
const purged = { id: aside.id, object: 'food.note', targets: 3, purged: 3, kept: 0, problems: [] }
const restored = { id: 'x', object: 'food.note', targets: 3, restored: 3, rows_placed: 2, rows_left: 1, problems: [] }
const drift: DriftDocument = {
  checked: 3,
  matching: 3,
  in_flight: 0,
  drift: [],
  groups_left_out: 0,
  targets_left_out: 0,
}
const health: HealthDocument = {
  targets: 3,
  healthy: 3,
  in_flight: 0,
  groups: [],
  groups_left_out: 0,
  targets_left_out: 0,
}
const client: Partial<SchemaSagaClient> = {
  initialise: async () => {},
  addServer: async () => server,
  setServer: async () => server,
  listServers: async () => [server],
  createProject: async () => project,
  showProject: async () => project,
  listProjects: async () => [project],
  addTenant: async () => tenant,
  addTenants: async () => ({ added: 1, there: 0, failed: [] }),
  listTenantPage: async () => ({ tenants: [tenant], next: null }),
  showSchema: async (_, revision = 3) => ({ revision, schema: { models: [] } }),
  operation: async () => handle,
  listOperations: async () => [operationDocument()],
  reconcile: async () => reconciled,
  listRepairable: async () => [operationDocument()],
  listSetAside: async () => ({ set_aside: [aside], unlisted: [], unreachable: [] }),
  purgeSetAside: async () => purged,
  restoreSetAside: async () => restored,
  drift: async () => drift,
  health: async () => health,
}

describe('one JSON document on stdout, and a text for people', () => {
  const history = { request: {}, schema_before: null, schema_after: null, plans: [], texts_left_out: false, steps: [] }
  test.each<[string, unknown, readonly unknown[]]>([
    ['init', { initialised: true }, ['initialise']],
    [
      'server add alpha --dsn-env ALPHA_URL --max-sessions 8 --actor ada',
      { server },
      ['addServer', { id: 'alpha', dsnEnv: 'ALPHA_URL', maxSessions: 8, actor: 'ada' }],
    ],
    [
      'server add alpha --dsn-env ALPHA_URL --database-per-tenant --tables-in app --actor ada',
      { server },
      ['addServer', { id: 'alpha', dsnEnv: 'ALPHA_URL', databasePerTenant: true, tablesIn: 'app', actor: 'ada' }],
    ],
    [
      'server set alpha --max-sessions 4 --actor ada',
      { server },
      ['setServer', { id: 'alpha', maxSessions: 4, actor: 'ada' }],
    ],
    ['server list', { servers: [server] }, ['listServers']],
    [
      'project create shop --server alpha --namespace shop_base --actor ada',
      { project },
      ['createProject', { id: 'shop', base: project.base, actor: 'ada' }],
    ],
    [
      'project create shop --tenant-only --actor ada',
      { project },
      ['createProject', { id: 'shop', base: null, actor: 'ada' }],
    ],
    ['project show shop', { project }, ['showProject', 'shop']],
    ['project list', { projects: [project] }, ['listProjects']],
    [
      'tenant add shop ada --server alpha --actor ada',
      { tenant },
      ['addTenant', 'shop', { id: 'ada', server: 'alpha', actor: 'ada' }],
    ],
    ['tenant list shop', { tenants: [tenant], next: null }, ['listTenantPage', 'shop', { limit: 1000 }]],
    ['schema show shop --revision 2', { revision: 2, schema: { models: [] } }, ['showSchema', 'shop', 2]],
    ['operation show op-1', { operation: operationDocument() }, ['operation', 'op-1']],
    ['operation show op-1 --tenants', { tenants: [], next: null }, ['operation', 'op-1']],
    ['operation watch op-1', { operation: operationDocument() }, ['operation', 'op-1']],
    ['operation history op-1', { operation: operationDocument(), ...history }, ['operation', 'op-1']],
    ['operation repair op-1 --action retry', { operation: operationDocument() }, ['operation', 'op-1']],
    ['operation retry op-1 --detach', { operation: operationDocument() }, ['operation', 'op-1']],
    ['operation abort op-1', { operation: operationDocument() }, ['operation', 'op-1']],
    ['set-aside list shop', { set_aside: [aside], unlisted: [], unreachable: [] }, ['listSetAside', 'shop']],
    [
      `set-aside purge shop ${aside.id} --now --actor ada`,
      { purged },
      ['purgeSetAside', 'shop', aside.id, { actor: 'ada', now: true }],
    ],
    ['set-aside restore shop x --actor ada', { restored }, ['restoreSetAside', 'shop', 'x', { actor: 'ada' }]],
    ['drift shop --tenant ada', drift, ['drift', 'shop', { tenant: 'ada' }]],
    ['health shop', health, ['health', 'shop', {}]],
    ['health shop food drink', health, ['health', 'shop', { models: ['food', 'drink'] }]],
    [
      'reconcile shop --dry-run --actor ada',
      { reconcile: reconciled },
      ['reconcile', { project: 'shop', dryRun: true, actor: 'ada' }],
    ],
    ['repairable shop', { operations: [operationDocument()] }, ['listRepairable', 'shop', {}]],
    [
      'operation list shop --status failed needs_repair',
      { operations: [operationDocument()] },
      ['listOperations', 'shop', { statuses: ['failed', 'needs_repair'] }],
    ],
  ])('%s', async (line, document, call) => {
    const args = line.split(' ')
    const programs = await runCommand([...args, '--json'], client)
    expect(JSON.parse(programs.stdout)).toEqual(document)
    expect(programs.calls).toEqual([call, ['close']])
    expect(programs.exitCode).toBe(0)

    const people = await runCommand(args, client)
    expect(people.stdout.trim()).not.toBe('')
    expect(people.stdout).not.toContain('\u001b')
    expect(people.exitCode).toBe(0)
  })

  test('show and list exit 0 whatever they show', async () => {
    const failed = operationDocument({ status: 'needs_repair', error: 'x', error_code: 'COMPENSATION_FAILED' })
    const { exitCode } = await runCommand(['operation', 'show', 'op-1'], { operation: async () => handleOf(failed) })
    expect(exitCode).toBe(0)
  })

  test('reconcile exits 5 when something is left, and names it', async () => {
    const problems = [{ subject: 'tenant bob', error_code: 'TARGET_DRIFTED', error: 'food.name is missing.' }]
    const duties = { tenants: { found: 2, done: 1, left: 1, problems } }
    const left = { ...reconciled, done: 1, left: 1, projects: [{ project: 'shop', duties }] }
    const { exitCode, stdout } = await runCommand(['reconcile'], { reconcile: async () => left })
    expect(exitCode).toBe(5)
    expect(stdout).toMatch(/tenants to bring up +2 +1 +1\n +tenant bob TARGET_DRIFTED: food\.name is missing\./)
  })

  test('colours appear on a terminal only', async () => {
    const { stdout } = await runCommand(['operation', 'show', 'op-1'], client, { colour: true })
    expect(stdout).toContain('\u001b[32mcommitted\u001b[39m')
  })
})
