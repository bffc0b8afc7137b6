/** One Postgres, one Temporal dev server and one workflow bundle for the whole run; the tests share them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleWorkflowCode, DefaultLogger, Runtime } from '@temporalio/worker'
import type { TestProject } from 'vitest/node'
import { startEmbeddedPostgres } from '../src/dev/servers/embeddedPostgres.ts'
import { findTemporalCli } from '../src/dev/servers/temporalCli.ts'
import { startTemporalDevServer } from '../src/dev/servers/temporalServer.ts'
import { findTimeSkippingServer } from '../src/dev/servers/timeSkippingServer.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Superuser URL of the run's Postgres, without a database. */
    postgresUrl: string
    temporalAddress: string
    temporalCliPath: string
    timeSkippingServerPath: string
    workflowBundlePath: string
  }
}

const log = (line: string): void => console.error(line)

/** Starts what the tests need; vitest stops it after the last test. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  Runtime.install({ logger: new DefaultLogger('WARN') })
  const folder = await mkdtemp(join(tmpdir(), 'schema-saga-test-'))
  const cliPath = await findTemporalCli({ log })
  const timeSkipping = await findTimeSkippingServer({ log })
  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), ephemeral: true, log })
  const temporal = await startTemporalDevServer({ cliPath, namespace: 'default', headless: true, log })
  project.provide('postgresUrl', postgres.url('postgres'))
  project.provide('temporalAddress', temporal.address)
  project.provide('temporalCliPath', cliPath)
  project.provide('timeSkippingServerPath', timeSkipping)
  project.provide('workflowBundlePath', await bundle(folder))
  return async () => {
    await temporal.stop()
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function bundle(folder: string): Promise<string> {
  const workflowsPath = fileURLToPath(new URL('../src/workflows/index.ts', import.meta.url))
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('WARN') })
  const path = join(folder, 'workflows.js')
  await writeFile(path, code)
  return path
}
