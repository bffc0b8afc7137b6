import { expect, test } from 'vitest'
import type { Workflows } from '../../src/contract/workflows.ts'
import * as workflows from '../../src/workflows/index.ts'

/** Each takes and returns what the contract says of its name; otherwise this does not compile. */
const promised: Workflows = workflows

test('the workflows that a worker runs are those that the contract names, and no others', () => {
  const named: Record<keyof Workflows, true> = {
    applySchemaMutation: true,
    applyToCohort: true,
    applyToTenant: true,
    catchUpBase: true,
    catchUpTenant: true,
    catchUpTenants: true,
    importTenants: true,
    inspectFleet: true,
    manageSetAside: true,
    markReleases: true,
    provisionTenant: true,
    provisionTenants: true,
    reconcileFleet: true,
    repairDrift: true,
  }
  expect(Object.keys(promised).sort()).toEqual(Object.keys(named).sort())
})
