/** What was found about a fleet as Temporal's history keeps it: below 1 MB, with the number of what was left out. */
import {
  BASE_SCOPE,
  type DriftDocument,
  type DriftGroup,
  type HealthDocument,
  type HealthGroup,
} from '../../contract.ts'
import { kindOf } from '../../physical/changes/index.ts'
import type { DriftedShape, DriftScan } from '../../postgres/drift/drift.ts'
import type { HealthReport, HealthScan } from '../../postgres/drift/health.ts'

/** Temporal warns at 256 KB and refuses at 2 MB. */
const MOST_BYTES = 700 * 1024
const MOST_BYTES_OF_GROUP = 128 * 1024
const MOST_GROUPS = 100
const MOST_NAMES = 100
const MOST_DIFFERENCES = 50
const MOST_ROWS = 500

/** The document of a drift scan. */
export function driftDocument({ checked, matching, inFlight, drift }: DriftScan): DriftDocument {
  const groups = capped(drift.map(driftGroup), MOST_GROUPS, MOST_BYTES)
  return {
    checked,
    matching,
    in_flight: inFlight,
    drift: groups.kept,
    groups_left_out: groups.leftOut.length,
    targets_left_out: sumOf(groups.leftOut),
  }
}

/** The document of a health report. */
export function healthDocument({ inFlight, reports }: HealthScan): HealthDocument {
  const all = reports.map(healthGroup)
  const groups = capped(all, MOST_GROUPS, MOST_BYTES)
  return {
    targets: sumOf(all),
    healthy: sumOf(all.filter(({ healthy }) => healthy)),
    in_flight: inFlight,
    groups: groups.kept,
    groups_left_out: groups.leftOut.length,
    targets_left_out: sumOf(groups.leftOut),
  }
}

function driftGroup({ shape, revision, targets, differences, repair, looksLike }: DriftedShape): DriftGroup {
  const shown = capped(differences, MOST_DIFFERENCES, MOST_BYTES_OF_GROUP)
  const sql = repair.flatMap((change) =>
    kindOf(change)
      .toSql(change)
      .map((step) => step.sql),
  )
  return {
    shape,
    revision,
    ...named(targets),
    differences: shown.kept,
    differences_left_out: shown.leftOut.length,
    ...(looksLike !== undefined && { looks_like: looksLike }),
    repair: capped(sql, MOST_DIFFERENCES, MOST_BYTES_OF_GROUP).kept,
  }
}

function healthGroup({ targets, problem, rows, healthy }: HealthReport): HealthGroup {
  const shown = capped(rows, MOST_ROWS, MOST_BYTES_OF_GROUP)
  return { ...named(targets), healthy, problem, models: shown.kept, models_left_out: shown.leftOut.length }
}

function named(targets: readonly { readonly scope: string }[]): Pick<DriftGroup, 'tenants' | 'tenant_count'> {
  const names = targets
    .map(({ scope }) => scope)
    .sort()
    .map((scope) => (scope === BASE_SCOPE ? 'base' : scope))
  return { tenants: names.slice(0, MOST_NAMES), tenant_count: names.length }
}

/** As many from the front as there is room for; the small ones behind a large one still get theirs. */
function capped<T>(all: readonly T[], most: number, mostBytes: number): { kept: T[]; leftOut: T[] } {
  let room = mostBytes
  const kept: T[] = []
  const leftOut: T[] = []
  for (const each of all) {
    const bytes = Buffer.byteLength(JSON.stringify(each))
    if (kept.length < most && bytes <= room) {
      room -= bytes
      kept.push(each)
    } else leftOut.push(each)
  }
  return { kept, leftOut }
}

function sumOf(groups: readonly { readonly tenant_count: number }[]): number {
  return groups.reduce((sum, { tenant_count }) => sum + tenant_count, 0)
}
