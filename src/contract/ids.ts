/** Names that client and worker must agree on: task queue, search attributes, workflow ids. */

/** The task queue of workers and clients unless `SCHEMA_SAGA_TASK_QUEUE` says otherwise. */
export const DEFAULT_TASK_QUEUE = 'schema-saga'

/** Search attributes (type Keyword) that `init` registers once per Temporal namespace. */
export const SEARCH_ATTRIBUTES = {
  project: 'SchemaProject',
  type: 'SchemaOperationType',
  status: 'SchemaOperationStatus',
  tenant: 'SchemaTenant',
} as const

/** The workflow id of an operation; the first activity refuses any other, so two workflows never drive one operation. */
export function operationWorkflowId(project: string, operationId: string): string {
  return `schema/${project}/${operationId}`
}

/** The workflow id of a cohort; `start` makes it new for every attempt, every resume and every round. */
export function cohortWorkflowId(parent: string, start: string, work: CohortWork, name: string): string {
  return `${parent}/${start}/${ID_PREFIX[work]}c/${name}`
}

/** The workflow id of one tenant's work: `schema/<project>/<operation>/<start>/t/<tenant>`. */
export function tenantWorkflowId(parent: string, start: string, work: CohortWork, tenant: string): string {
  return `${parent}/${start}/${ID_PREFIX[work]}t/${tenant}`
}

/** The workflow id under which a base or a tenant is provisioned. */
export function provisionWorkflowId(project: string, scope: string): string {
  return scope === BASE_SCOPE ? `provision/${project}` : `provision/${project}/t/${scope}`
}

/** The scope of the base in step records; a tenant's scope is its id. */
export const BASE_SCOPE = ''

export type Direction = 'forward' | 'compensate'

/** What a cohort does with its tenants: bring them forward, undo what was done there, or leave them behind on record. */
export type CohortWork = Direction | 'park'

const ID_PREFIX: Readonly<Record<CohortWork, string>> = { forward: '', compensate: 'undo-', park: 'park-' }
