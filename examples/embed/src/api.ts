/** A small HTTP API: it provisions tenants, and serves a feature to those whose tables have it already. */
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type pg from 'pg'
import { SagaError, type SchemaSagaClient } from 'schema-saga'
import { SIGN_UP } from './hooks.js'
import { FEATURES, STEPS } from './schema.js'

/** What the API works with. */
export interface Api {
  readonly client: SchemaSagaClient
  readonly project: string
  /** The server on which new tenants are provisioned, and a pool of sessions on it. */
  readonly server: string
  readonly tables: pg.Pool
}

interface Answer {
  readonly status: number
  readonly body: unknown
}

type Handler = (api: Api, tenant: string, request: IncomingMessage) => Promise<Answer>

const ROUTES: readonly (readonly [method: string, path: RegExp, handler: Handler])[] = [
  ['POST', /^\/tenants\/([^/]+)$/, addTenant],
  ['GET', /^\/tenants\/([^/]+)$/, showTenant],
  ['GET', /^\/tenants\/([^/]+)\/prices$/, showPrices],
  ['POST', /^\/schema$/, upgradeSchema],
]

/** The API; the caller lets it listen, and closes it. */
export function createApi(api: Api): Server {
  return createServer((request, response) => {
    void answer(api, request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
  })
}

async function answer(api: Api, request: IncomingMessage): Promise<Answer> {
  const path = new URL(request.url ?? '/', 'http://localhost').pathname
  try {
    for (const [method, pattern, handler] of ROUTES) {
      const found = request.method === method ? pattern.exec(path) : null
      if (found !== null) return await handler(api, decodeURIComponent(found[1] ?? ''), request)
    }
    return {
      status: 404,
      body: { error: { code: 'NO_SUCH_ROUTE', message: `There is no ${request.method} ${path}.` } },
    }
  } catch (error) {
    return failed(error)
  }
}

/** A namespace with all tables at the current revision; returns when it is there. */
async function addTenant({ client, project, server }: Api, id: string): Promise<Answer> {
  const { namespace, revision, state } = await client.addTenant(project, { id, server, actor: SIGN_UP })
  return { status: 201, body: { id, namespace, revision, state } }
}

/** Which features the tenant has by now. */
async function showTenant({ client, project }: Api, id: string): Promise<Answer> {
  const { revision, state } = await client.tenantGeneration(project, id)
  const features = Object.entries(FEATURES).flatMap(([name, since]) => ((revision ?? 0) >= since ? [name] : []))
  return { status: 200, body: { id, state, revision, features } }
}

/** Behind a gate: a tenant that was left behind has no such column yet, and the new code must not ask it for one. */
async function showPrices({ client, project, tables }: Api, id: string): Promise<Answer> {
  const { revision } = await client.tenantGeneration(project, id)
  if ((revision ?? 0) < FEATURES.prices) {
    return { status: 409, body: { error: { code: 'NOT_YET', message: `Tenant ${id} has no prices yet.` } } }
  }
  const { namespace } = await client.showTenant(project, id)
  const { rows } = await tables.query(
    `SELECT name, price::float8 FROM "${namespace.replaceAll('"', '""')}".dish ORDER BY name`,
  )
  return { status: 200, body: rows }
}

/** Applies the steps that are not applied yet, in the name of the caller: put your own authentication in front of this. */
async function upgradeSchema({ client, project }: Api, _: string, request: IncomingMessage): Promise<Answer> {
  const actor = String(request.headers['x-actor'] ?? 'nobody')
  for (const { id, mutation } of STEPS) {
    // One that is committed already is found under its id, and nothing is done.
    await client.run(project, mutation, { operationId: id, actor })
  }
  const { revision } = await client.showProject(project)
  return { status: 200, body: { revision } }
}

/** Errors have stable codes; those that are not ours are a defect of this program. */
function failed(error: unknown): Answer {
  if (!(error instanceof SagaError)) {
    console.error(error)
    return { status: 500, body: { error: { code: 'UNEXPECTED', message: 'This should not have happened.' } } }
  }
  const { code, message } = error
  return { status: statusOf(error), body: { error: { code, message } } }
}

function statusOf({ code, name }: SagaError): number {
  if (code.endsWith('_NOT_FOUND')) return 404
  if (code === 'FORBIDDEN') return 403
  if (name === 'InputInvalid') return 400
  if (name === 'SurroundingsMissing' || name === 'TargetUnreachable') return 503
  return 409
}
