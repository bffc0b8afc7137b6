/**
 * What a usual run draws, where telling everything takes minutes: of each group some files, and of each of these some
 * tests. `FAULTS=all` runs all of them, and so does whoever names a file.
 */

/** Files that tell alike stories; by their paths below `test`, with the number of tests that are drawn. */
export interface DrawnGroup {
  /** How many of the files are drawn. */
  readonly most: number
  readonly files: Readonly<Record<string, number>>
}

/** The groups. A file of none of them runs whole. */
export const DRAWN_GROUPS: Readonly<Record<string, DrawnGroup>> = {
  // What texts do is told by test/sql and test/postgres/target/script.
  cases: { most: 1, files: { 'workflows/sql/cases.test.ts': 1 } },
  // What the page says is read by test/whole/tenants/adopt.test.ts itself, and each tool's folders by test/migrations.
  adoption: { most: 1, files: { 'whole/tenants/adopt.test.ts': 2 } },
  sql: {
    most: 2,
    files: {
      'workflows/sql/changes.test.ts': 4,
      'workflows/sql/fences.test.ts': 5,
      'workflows/sql/oneWay.test.ts': 2,
      'workflows/sql/together.test.ts': 2,
      'workflows/sql/wayBack.test.ts': 4,
    },
  },
  // Each mutation on real targets is told by test/postgres/changes.test.ts, its refusals by test/logical, the ledger by
  // test/postgres/catalog, and the course of operations by test/workflows.
  operations: {
    most: 4,
    files: {
      'whole/operations/attempts.test.ts': 4,
      'whole/operations/failures.test.ts': 2,
      'whole/operations/fields.test.ts': 3,
      'whole/operations/ledger.test.ts': 2,
      'whole/operations/mutations.test.ts': 6,
      'whole/operations/relations.test.ts': 3,
      'whole/operations/revert.test.ts': 3,
      'whole/operations/setAside.test.ts': 2,
      'whole/operations/together.test.ts': 2,
      'whole/operations/turn.test.ts': 1,
    },
  },
  // Who decides what is told by test/workflows/matrix.test.ts and test/workflows/controls.test.ts.
  policies: {
    most: 2,
    files: {
      'whole/policies/after.test.ts': 2,
      'whole/policies/controls.test.ts': 3,
      'whole/policies/hold.test.ts': 2,
      'whole/policies/hooks.test.ts': 1,
      'whole/policies/park.test.ts': 2,
    },
  },
  // Also told by test/client/database/tenants.test.ts, test/postgres/catalog and test/postgres/adoption.
  tenants: {
    most: 2,
    files: {
      'whole/tenants/aside.test.ts': 2,
      'whole/tenants/atWork.test.ts': 3,
      'whole/tenants/comeAndGo.several.test.ts': 1,
      'whole/tenants/comeAndGo.test.ts': 1,
      'whole/tenants/import.test.ts': 3,
    },
  },
  // The duties one by one are told by test/workflows/reconcileFleet.test.ts and test/postgres/catalog/reconcile.test.ts.
  reconciler: {
    most: 1,
    files: { 'whole/reconcile/operations.test.ts': 2, 'whole/reconcile/tenants.test.ts': 3 },
  },
  // Processes and servers that die, stop and come back.
  processes: {
    most: 2,
    files: {
      'whole/process/budget.test.ts': 1,
      'whole/process/crash.test.ts': 1,
      'whole/process/restartedTemporal.test.ts': 1,
      'whole/process/restarts.test.ts': 1,
      'whole/process/shutdown.test.ts': 1,
    },
  },
  program: { most: 1, files: { 'whole/process/realProgram.test.ts': 5 } },
  servers: { most: 2, files: { 'dev/embeddedPostgres.test.ts': 4, 'dev/servers.test.ts': 8 } },
  courses: {
    most: 3,
    files: {
      'workflows/course.test.ts': 7,
      'workflows/resume.test.ts': 3,
      'workflows/sweeps.test.ts': 3,
      'workflows/undo.test.ts': 4,
      'workflows/waves.test.ts': 3,
    },
  },
  matrix: { most: 1, files: { 'workflows/matrix.test.ts': 6 } },
  people: {
    most: 2,
    files: { 'workflows/controls.test.ts': 5, 'workflows/givingUp.test.ts': 3, 'workflows/messages.test.ts': 5 },
  },
  // What an embedder does with `./testing`; the hooks themselves are told by test/activities.
  embedding: { most: 1, files: { 'workflows/hooks.test.ts': 3, 'workflows/testing.test.ts': 4 } },
  duties: { most: 1, files: { 'workflows/reconcileFleet.test.ts': 3 } },
  boundaries: {
    most: 2,
    files: {
      'workflows/faults/again.test.ts': 1,
      'workflows/faults/children.test.ts': 2,
      'workflows/faults/gone.test.ts': 3,
      'workflows/faults/stopped.test.ts': 1,
      'workflows/faults/tenants.test.ts': 2,
      'workflows/faults/waves.test.ts': 1,
    },
  },
  // A worker that is killed, at a few points of one story each.
  kills: {
    most: 1,
    files: {
      'faults/children.test.ts': 1,
      'faults/stages.test.ts': 1,
      'faults/stagesUndone.test.ts': 1,
      'faults/sweeps.test.ts': 1,
    },
  },
  // Each kind of line, altered once; and schemas of real applications.
  records: { most: 1, files: { 'sql/recordLines.test.ts': 30 } },
  schemas: { most: 2, files: { 'sql/enrolledCases.test.ts': 2, 'sql/recordOfCases.test.ts': 2 } },
  // Many targets of a real server; how each of them ends is told by test/postgres/target and test/postgres/faults.
  fleets: {
    most: 5,
    files: {
      'postgres/adoption/adopting.test.ts': 6,
      'postgres/adoption/returning.test.ts': 4,
      'postgres/drift/drift.test.ts': 7,
      'postgres/sessions/leases.test.ts': 5,
      'postgres/sweep.test.ts': 8,
    },
  },
}
