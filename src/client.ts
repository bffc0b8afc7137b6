/** What people program against: `connectSchemaSaga()`, with the same settings as the CLI. */
import { randomBytes } from 'node:crypto'
import type { WorkflowHandle } from '@temporalio/client'
import type pg from 'pg'
import { administration } from './client/fleet/administration.ts'
import { inspection } from './client/inspect.ts'
import { tellingWords } from './client/keptWords.ts'
import { ledgerMethods } from './client/ledger.ts'
import { migrationMethods } from './client/migrations/migrationMethods.ts'
import { operationHandle } from './client/operation.ts'
import type { OperationHandle } from './client/operationHandle.ts'
import { textsAllowed } from './client/operationHistory.ts'
import { describePlan } from './client/plan/describePlan.ts'
import { planLook } from './client/plan/lookAtTargets.ts'
import { proveOnBase } from './client/plan/proveOnBase.ts'
import { readerMethods } from './client/readers.ts'
import { ensureSchedule, reconcileMethods } from './client/reconcile.ts'
import { setAsideMethods } from './client/setAside.ts'
import { submit, submitAgain } from './client/submit.ts'
import { registerSearchAttributes, type TemporalAccess, temporalAccess } from './client/temporal.ts'
import { tenantClient } from './client/tenantClient.ts'
import type { SchemaSagaClient } from './client/types.ts'
import { projectOfUnopened } from './client/unopened.ts'
import { type Config, readConfig } from './config.ts'
import { operationWorkflowId } from './contract.ts'
import { InputInvalid, RequestRefused } from './errors.ts'
import type { CacheStore } from './postgres/catalog/cacheStore.ts'
import { migrateCatalog } from './postgres/catalog/migrate.ts'
import { findOperation } from './postgres/catalog/operations/read.ts'
import { createCatalogPool } from './postgres/catalog/pool.ts'

export { OperationFailed, OperationNeedsRepair } from './client/errors.ts'
export type { OperationHandle, OperationHistory } from './client/operationHandle.ts'
export type { PlanDocument } from './client/plan/document.ts'
export type {
  ApplyOptions,
  BaselineFrom,
  ObjectDocument,
  PlanOptions,
  ProjectDocument,
  SchemaDocument,
  SchemaSagaClient,
  ServerDocument,
  TenantDocument,
} from './client/types.ts'

/** What the client's parts share. */
interface Dependencies {
  readonly config: Config
  readonly catalog: pg.Pool
  readonly temporal: TemporalAccess
}

/** What a client is made of; everything has a default. */
export interface ConnectOptions {
  /** Default: that of the environment. */
  readonly config?: Config
  /** Where `readCache` and `watchSchema` read from: the store that the workers have as a hook. Default: the catalog. */
  readonly cacheStore?: CacheStore
}

/** Connects lazily: a method that only reads the ledger works while Temporal is away. */
export async function connectSchemaSaga(options: ConnectOptions = {}): Promise<SchemaSagaClient> {
  const { config = readConfig(), cacheStore } = options
  const deps: Dependencies = {
    config,
    catalog: createCatalogPool(config.catalogUrl),
    temporal: temporalAccess(config),
  }
  const apply: SchemaSagaClient['apply'] = async (project, mutation, options = {}) => {
    const { operationId } = await submit(deps, project, mutation, options)
    return handleOf(deps, project, operationId)
  }
  const plan: SchemaSagaClient['plan'] = (project, mutation, { prove = false, actor } = {}) =>
    describePlan(deps.catalog, project, mutation, planLook(deps), prove ? proveOnBase(deps, actor) : null)
  const operation: SchemaSagaClient['operation'] = async (id) => {
    const known = await findOperation(deps.catalog, id)
    const project = known?.projectId ?? (await projectOfUnopened(deps.catalog, workflowsOf(deps), id))
    if (project === null) throw new RequestRefused('OPERATION_NOT_FOUND', `Operation "${id}" does not exist.`)
    return handleOf(deps, project, id)
  }
  const tenants = tenantClient(deps)
  return tellingWords(deps.catalog, {
    apply,
    run: async (project, mutation, options) => await (await apply(project, mutation, options)).result(),
    plan,
    operation,
    operationOf: async (project, id) => {
      if (id === '') throw new InputInvalid('INPUT_INVALID', 'operation_id is required')
      const known = await findOperation(deps.catalog, id)
      if (known?.projectId !== project) {
        throw new RequestRefused('OPERATION_NOT_FOUND', 'schema operation not found for project')
      }
      return handleOf(deps, project, id)
    },
    initialise: async () => {
      await migrateCatalog(config.catalogUrl)
      await registerSearchAttributes(deps.temporal, config.temporal.namespace)
      await ensureSchedule(deps)
    },
    ...ledgerMethods(deps.catalog),
    ...migrationMethods({ catalog: deps.catalog, apply, plan, operation }),
    ...administration(deps),
    ...inspection(deps),
    ...setAsideMethods(deps),
    ...readerMethods(deps.catalog, cacheStore),
    ...tenants,
    ...reconcileMethods(deps, tenants.catchUpTenant),
    revert: async (id, options = {}) => {
      const known = await findOperation(deps.catalog, id)
      if (known === null) throw new RequestRefused('OPERATION_NOT_FOUND', `Operation "${id}" does not exist.`)
      const { operationId = revertId(id) } = options
      return await apply(known.projectId, { type: 'revert', operation_id: id }, { ...options, operationId })
    },
    close: async () => {
      await deps.catalog.end()
      await deps.temporal.close()
    },
  })
}

/** At most 64 characters, as every id of an operation. */
function revertId(id: string): string {
  return `revert-${id.slice(0, 48)}-${randomBytes(3).toString('hex')}`
}

function handleOf(deps: Dependencies, project: string, id: string): OperationHandle {
  return operationHandle(id, {
    catalog: deps.catalog,
    startAttempt: (after, actor) => submitAgain(deps, id, after, actor),
    allowTexts: textsAllowed(deps, project, id),
    workflow: (workflowId = operationWorkflowId(project, id)) => workflowsOf(deps)(workflowId),
  })
}

function workflowsOf(deps: Dependencies): (workflowId: string) => Promise<WorkflowHandle> {
  return async (workflowId) => (await deps.temporal.client()).workflow.getHandle(workflowId)
}
