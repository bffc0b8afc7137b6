/** Copies of one fleet with an operation that has its plan: rows of the catalog and empty namespaces, by one message each. */
import pg from 'pg'
import type { Mutation } from '../../../src/logical/mutations/index.ts'
import { EMPTY_SCHEMA, type LogicalSchema } from '../../../src/logical/schema.ts'
import { provisionSql, schemaHashOf } from '../../../src/physical/plan/planMutation.ts'
import { projectSchema } from '../../../src/physical/project.ts'
import { renderFor } from '../../../src/physical/sql.ts'
import type { Ledger } from '../catalog/ledger.ts'
import { dropCopies, INCARNATION, makeCopies, type Scene } from './scene.ts'
import { statesOf, type TargetState } from './state.ts'

/** A fleet that is copied. */
export interface Fleet {
  readonly project: string
  readonly operationId: string
  readonly planHash: string
  readonly tenants: readonly string[]
  /** What its tenants begin with. */
  readonly schema: LogicalSchema
}

/** What an operation has left of a fleet; nothing in it names the copy. */
export interface FleetState {
  readonly steps: readonly unknown[]
  readonly tenants: readonly unknown[]
  readonly targets: readonly TargetState[]
}

// The id of the project is that of the operation, too.
const COPY = `
  create function public.copy_fleet(p_project text, p_operation text, p_copy text) returns void language plpgsql as $$
  begin
    insert into schema_saga.project
    select (jsonb_populate_record(p, jsonb_build_object('id', p_copy))).* from schema_saga.project p where id = p_project;
    insert into schema_saga.schema_revision
    select (jsonb_populate_record(r, jsonb_build_object('project_id', p_copy))).*
      from schema_saga.schema_revision r where project_id = p_project;
    insert into schema_saga.tenant
    select (jsonb_populate_record(t, jsonb_build_object('project_id', p_copy, 'namespace', p_copy || '_' || id))).*
      from schema_saga.tenant t where project_id = p_project;
    insert into schema_saga.operation
    select (jsonb_populate_record(o, jsonb_build_object('id', p_copy, 'project_id', p_copy, 'workflow_id', p_copy,
             'seq', nextval('schema_saga.operation_seq_seq')))).*
      from schema_saga.operation o where id = p_operation;
    insert into schema_saga.operation_plan
    select (jsonb_populate_record(l, jsonb_build_object('operation_id', p_copy))).*
      from schema_saga.operation_plan l where operation_id = p_operation;
    insert into schema_saga.operation_step
    select (jsonb_populate_record(s, jsonb_build_object('operation_id', p_copy))).*
      from schema_saga.operation_step s where operation_id = p_operation;
  end $$`

const AT_SCHEMA = `
  with p as (update schema_saga.project set schema = $2, schema_hash = $3 where id = $1 returning id, revision)
  insert into schema_saga.schema_revision (project_id, revision, schema, schema_hash)
  select id, revision, $2, $3 from p
  on conflict (project_id, revision) do update set schema = excluded.schema, schema_hash = excluded.schema_hash`

const FIRST_MODEL = { schema: EMPTY_SCHEMA, mutation: { type: 'create_model', name: 'food' } } as const

const STEPS = `select key, scope, state, undone, epoch, error_code from schema_saga.operation_step
                where operation_id = $1 order by key, scope`
const TENANTS = 'select id, state, revision from schema_saga.tenant where project_id = $1 order by id'

/** From now on fleets may be copied. */
export async function installCopies({ pool }: Ledger): Promise<void> {
  await pool.query(COPY)
}

/** A project with as many tenants, `t000` and so on, and the plan of the mutation; only copies of it have namespaces. */
export async function plannedFleet(
  ledger: Ledger,
  count: number,
  { schema, mutation }: Pick<Fleet, 'schema'> & { readonly mutation: Mutation } = FIRST_MODEL,
): Promise<Fleet> {
  const project = await ledger.newProject()
  const schemaHash = schemaHashOf(0, schema)
  await ledger.pool.query(AT_SCHEMA, [project, JSON.stringify(schema), schemaHash])
  const tenants = Array.from({ length: count }, (_, index) => `t${String(index).padStart(3, '0')}`)
  await ledger.pool.query(
    `insert into schema_saga.tenant (project_id, id, server_id, namespace, incarnation, state, revision, schema_hash)
     select $1, t, 'a', $1 || '_' || t, $2, 'active', 0, $3 from unnest($4::text[]) t`,
    [project, INCARNATION, schemaHash, tenants],
  )
  const operationId = `${project}-1`
  await ledger.catalog.openOperation({ ...ledger.request(operationId), mutation })
  await ledger.catalog.takeTurn({ operationId, runId: operationId })
  const { hash: planHash } = await ledger.catalog.planOperation({ operationId })
  return { project, operationId, planHash, tenants, schema }
}

/** Copies the fleet; on those that refuse, a table of the new model's name is there already. */
export async function copyFleet(scene: Scene, fleet: Fleet, copy: string, refuse: readonly string[]): Promise<void> {
  const { project, operationId, tenants, schema } = fleet
  await scene.client.query('select public.copy_fleet($1, $2, $3)', [project, operationId, copy])
  const schemaHash = schemaHashOf(0, schema)
  const copies = tenants.map((tenant) => {
    const namespace = `${copy}_${tenant}`
    const made = provisionSql(projectSchema(schema)).map((sql) => renderFor(namespace, sql))
    const refusing = refuse.includes(tenant) ? [`create table ${pg.escapeIdentifier(namespace)}.food (other text)`] : []
    return { namespace, statements: [...made, ...refusing], projectId: copy, revision: 0, schemaHash }
  })
  await makeCopies(scene, copies)
}

/** Everything that the operation of this copy has left. */
export async function stateOfFleet(scene: Scene, { tenants }: Fleet, copy: string): Promise<FleetState> {
  const namespaces = tenants.map((tenant) => `${copy}_${tenant}`)
  return {
    steps: (await scene.client.query(STEPS, [copy])).rows,
    tenants: (await scene.client.query(TENANTS, [copy])).rows,
    targets: await statesOf(scene.client, namespaces, copy),
  }
}

/** Drops the namespaces of a copy. */
export function dropFleet(scene: Scene, { tenants }: Fleet, copy: string): Promise<void> {
  return dropCopies(
    scene,
    tenants.map((tenant) => `${copy}_${tenant}`),
  )
}
