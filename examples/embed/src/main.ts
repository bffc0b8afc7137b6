/** The application: an API, and a worker of its own in the same process. */
import { once } from 'node:events'
import pg from 'pg'
import { connectSchemaSaga, readConfig } from 'schema-saga'
import { runWorker } from 'schema-saga/worker'
import { createApi } from './api.js'
import { createHooks } from './hooks.js'

const PROJECT = 'menus'
const SERVER = { id: 'menus', dsnEnv: 'MENUS_URL' }
const ADMINISTRATORS = (process.env.ADMINISTRATORS ?? 'deploy').split(',')
const PORT = Number(process.env.PORT ?? 3000)

const client = await connectSchemaSaga()
// All of this is repeatable: a second start finds it done.
await client.initialise()
await client.addServer(SERVER)
const worker = await runWorker(readConfig(), { hooks: createHooks(ADMINISTRATORS) })
const actor = ADMINISTRATORS[0] ?? 'deploy'
await client.createProject({ id: PROJECT, base: { server: SERVER.id, namespace: 'menus_base' }, actor })

const tables = new pg.Pool({ connectionString: process.env.MENUS_URL })
const api = createApi({ client, project: PROJECT, server: SERVER.id, tables })
await once(api.listen(PORT), 'listening')
console.log(`http://localhost:${PORT}`)

// SIGINT and SIGTERM stop the worker once its work in flight has ended; the rest of the program follows.
await worker.finished
api.close()
await tables.end()
await client.close()
