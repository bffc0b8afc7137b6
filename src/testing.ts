/** What `import … from 'schema-saga/testing'` offers: a fleet for the tests of a program that embeds schema-saga. */
import { requirePackages, TESTING_PACKAGES } from './optionalPackages.ts'
import type { TestFleet, TestFleetOptions } from './testing/createTestFleet.ts'

export type { TestFleet, TestFleetOptions } from './testing/createTestFleet.ts'
export { type AuthorizeCall, type FakeHooks, fakeHooks } from './testing/fakeHooks.ts'

/**
 * Starts a fleet in this process: databases on an embedded Postgres or on yours, a project with a base and tenants, and a
 * worker, under Temporal's time-skipping test server. Takes some seconds: share one between the tests of a file.
 * Errors: `PACKAGE_MISSING` names what to install; `SERVER_UNAVAILABLE`.
 */
export async function createTestFleet(options: TestFleetOptions = {}): Promise<TestFleet> {
  requirePackages('`schema-saga/testing`', TESTING_PACKAGES)
  // Loaded late, so that a missing package is told in words.
  const { createTestFleet: create } = await import('./testing/createTestFleet.ts')
  return await create(options)
}
