/** What people may be allowed to do, by name: each is asked of the hook `authorize` before anything is recorded. */

/** All capabilities, `<what it is about>.<what is done with it>`. */
export const CAPABILITIES = [
  /**
   * A mutation is submitted. Request: `operationId`, `mutation`, `options`. Or its text is run on the base for a proof, and rolled
   * back: then the request is `mutation` and `prove`, which is true. Or the texts of an operation are read: `operationId` and `texts`.
   */
  'operation.apply',
  /** A committed operation is taken back by a new one, or that is proven. Request: as for `operation.apply`. */
  'operation.revert',
  /** One that failed or was cancelled is tried once more. Request: as for `operation.apply`, and `retryOf`. */
  'operation.retry',
  /** These steer one that runs. Request: `operationId`, and what the message says. */
  'operation.repair',
  'operation.abort',
  'operation.pause',
  'operation.resume',
  'operation.skip_tenant',
  'operation.retry_tenants',
  'operation.set_parallelism',
  'operation.promote_wave',
  /** The base of a new project is made, or, where `dump` is true, a namespace is written down for it. Request: `server`, `namespace`. */
  'project.create',
  /** The base is brought up to its project. Request: `at`. */
  'project.catch_up',
  /** A person runs the reconciler now; the project is `*` where all are meant. Request: `operation`. */
  'project.reconcile',
  /** Request: `tenant`, `server`, `namespace`. */
  'tenant.add',
  /** Request: `server`, `like`, `except`, `ids`, `baseline`, `takeOver`. A dry run is not asked for. */
  'tenant.import',
  /** These bring a tenant back. Request: `tenant`, `at`; for `tenant unpark --all` it is `all`, and then each that needs a workflow of its own. */
  'tenant.unpark',
  'tenant.resume',
  /** The same whether it is parked or suspended. */
  'tenant.catch_up',
  /** Request: `id`, `now`. */
  'set_aside.purge',
  /** Request: `id`. */
  'set_aside.restore',
] as const

/** The name of one thing that people may be allowed to do. */
export type Capability = (typeof CAPABILITIES)[number]
