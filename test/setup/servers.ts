/** The servers of a test run. Each is started at most once, by the first tier that needs it, and shared by all files. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DefaultLogger, Runtime } from '@temporalio/worker'
import { findTemporalCli } from '../../src/dev/servers/temporalCli.ts'
import { startTemporalDevServer } from '../../src/dev/servers/temporalServer.ts'
import { findTimeSkippingServer } from '../../src/dev/servers/timeSkippingServer.ts'
import { makeMemoryFolder } from '../fixtures/memoryFolder.ts'
import { bundlePrograms } from '../fixtures/programBundles.ts'
import { startTestPostgres } from '../fixtures/testPostgres.ts'
import { bundleQuickWorkflows, bundleWorkflows } from '../fixtures/workflowBundles.ts'
import { CATALOG_TEMPLATE, createCatalogTemplate } from './catalogTemplate.ts'

/** What a tier may need; the values are what its tests are given. */
export interface Provided {
  /** Superuser URL of the run's Postgres, without a database. */
  readonly postgresUrl: string
  /** A database of that server with the catalog's tables and nothing in them. */
  readonly catalogTemplate: string
  readonly temporalAddress: string
  readonly temporalCliPath: string
  readonly timeSkippingServerPath: string
  /** The workflow code as production runs it. */
  readonly workflowBundlePath: string
  /** The workflow code with policies under which a worker's death is noticed quickly. */
  readonly quickWorkflowBundlePath: string
  /** Holds the programs that tests start as processes. */
  readonly programFolder: string
}

/** The servers of one run. */
export interface Servers {
  readonly provide: <Name extends keyof Provided>(name: Name) => Promise<Provided[Name]>
  readonly stop: () => Promise<void>
}

const log = (line: string): void => console.error(line)

/** Starts nothing yet: whatever is asked for first is started then. */
export function createServers(): Servers {
  Runtime.install({ logger: new DefaultLogger('WARN') })
  const stops: (() => Promise<void>)[] = []
  const folder = once(async () => {
    const made = await mkdtemp(join(tmpdir(), 'schema-saga-test-'))
    stops.push(() => rm(made, { recursive: true, force: true }))
    return made
  })
  const temporalCliPath = once(() => findTemporalCli({ log }))
  const postgresUrl = once(async () => {
    const data = await makeMemoryFolder('schema-saga-test-')
    stops.push(() => rm(data, { recursive: true, force: true }))
    const postgres = await startTestPostgres(join(data, 'postgres'), log)
    stops.push(() => postgres.stop())
    return postgres.url('postgres')
  })
  const providers: { readonly [Name in keyof Provided]: () => Promise<string> } = {
    postgresUrl,
    catalogTemplate: once(async () => {
      await createCatalogTemplate(await postgresUrl())
      return CATALOG_TEMPLATE
    }),
    temporalCliPath,
    temporalAddress: once(async () => {
      const cliPath = await temporalCliPath()
      const temporal = await startTemporalDevServer({ cliPath, namespace: 'default', headless: true, log })
      stops.push(() => temporal.stop())
      return temporal.address
    }),
    timeSkippingServerPath: once(() => findTimeSkippingServer({ log })),
    workflowBundlePath: once(async () => bundleWorkflows(await folder())),
    quickWorkflowBundlePath: once(async () => bundleQuickWorkflows(await folder())),
    programFolder: once(async () => bundlePrograms(await folder())),
  }
  return {
    provide: (name) => providers[name](),
    stop: async () => {
      // The folder was made first and goes last.
      for (const stop of stops.reverse()) await stop()
    },
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make()
    return made
  }
}
