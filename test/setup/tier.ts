/** Gives one tier the servers that it needs; the whole run shares them, and the last tier to end stops them. */
import type { TestProject } from 'vitest/node'
import { createServers, type Provided, type Servers } from './servers.ts'

declare module 'vitest' {
  export interface ProvidedContext extends Provided {
    /** Why the tests of this tier cannot run here; they are skipped then. */
    unavailable: string
    /** Whether the run is of files that somebody named, not of all. */
    isNamed: boolean
  }
}

interface Shared {
  servers: Servers
  users: number
}

/** Vitest loads this module once for each tier. */
const SHARED = Symbol.for('schema-saga.test.servers')
const run = globalThis as { [SHARED]?: Shared }

/** A `globalSetup` that provides what is named. Where it cannot be had, the tests are skipped on a laptop and fail in CI. */
export function tier(...needs: readonly (keyof Provided)[]): (project: TestProject) => Promise<() => Promise<void>> {
  return async (project) => {
    run[SHARED] ??= { servers: createServers(), users: 0 }
    const shared = run[SHARED]
    shared.users += 1
    // Not in the types: what was named on the command line.
    const { filenamePattern } = project.vitest as { readonly filenamePattern?: readonly string[] }
    project.provide('isNamed', filenamePattern !== undefined)
    const release = async (): Promise<void> => {
      shared.users -= 1
      if (shared.users > 0) return
      delete run[SHARED]
      await shared.servers.stop()
    }
    try {
      for (const name of needs) project.provide(name, await shared.servers.provide(name))
    } catch (error) {
      if (process.env.CI === 'true') {
        await release()
        throw error
      }
      const reason = error instanceof Error ? error.message : String(error)
      console.error(`\nTHE TESTS OF THE TIER "${project.name}" ARE SKIPPED: ${reason}\n`)
      project.provide('unavailable', reason)
    }
    return release
  }
}
