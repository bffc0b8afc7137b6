import { describe, expect, test } from 'vitest'
import { driftDocument, healthDocument } from '../../src/activities/fleet/fleetDocuments.ts'
import type { HealthRow } from '../../src/contract.ts'
import type { FleetTarget } from '../../src/postgres/catalog/projects/targets.ts'

const targets = (count: number, name = 't'): FleetTarget[] =>
  Array.from({ length: count }, (_, index) => ({
    scope: `${name}${String(index).padStart(5, '0')}`,
    server: 'alpha',
    namespace: 'n',
    incarnation: 'i',
    revision: 1,
    schemaHash: 'h',
    inFlight: false,
  }))
const difference = (index: number) =>
  ({ object: `food.${'x'.repeat(50)}_${index}`, kind: 'extra', expected: null, actual: 'y'.repeat(500) }) as const
const ROW: HealthRow = {
  model_name: 'food',
  table_exists: true,
  physical_columns: ['id'],
  expected_columns: ['id'],
  missing_columns: [],
  extra_columns: [],
  is_common_model: false,
  warnings: [],
  type_differences: [],
  nullability_differences: [],
  missing_indexes: [],
  invalid_indexes: [],
  missing_foreign_keys: [],
}

describe('what is found stays far below what Temporal can carry, and nothing is cut silently', () => {
  test('names, differences and groups of drift', () => {
    const shapes = Array.from({ length: 1_000 }, (_, index) => ({
      shape: `s${index}`,
      revision: 1,
      targets: targets(300, `t${index}_`),
      repair: [],
      differences: Array.from({ length: 500 }, (_, each) => difference(each)),
    }))
    const document = driftDocument({ checked: 300_000, matching: 0, inFlight: 0, drift: shapes, left: [] })
    expect(Buffer.byteLength(JSON.stringify(document))).toBeLessThan(1024 * 1024)
    expect(document.drift.length + document.groups_left_out).toBe(1_000)
    const shown = document.drift.reduce((sum, { tenant_count }) => sum + tenant_count, 0)
    expect(shown + document.targets_left_out).toBe(300_000)
    expect(document.drift[0]?.tenants).toHaveLength(100)
    expect(document.drift[0]).toMatchObject({ tenant_count: 300, differences_left_out: 450 })
  })

  test('names, tables and groups of health', () => {
    const rows = Array.from({ length: 3_000 }, () => ROW)
    const reports = Array.from({ length: 200 }, () => ({ targets: targets(50), problem: null, rows, healthy: false }))
    const document = healthDocument({ inFlight: 1, reports, left: [] })
    expect(Buffer.byteLength(JSON.stringify(document))).toBeLessThan(1024 * 1024)
    expect(document).toMatchObject({ targets: 10_000, healthy: 0, in_flight: 1 })
    expect(document.groups.length + document.groups_left_out).toBe(200)
    const [group] = document.groups
    expect((group?.models.length ?? 0) + (group?.models_left_out ?? 0)).toBe(3_000)
  })
})
