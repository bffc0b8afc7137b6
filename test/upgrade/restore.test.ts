import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { OPERATION_STATUSES } from '../../src/contract/states.ts'
import { drawn } from '../faults/draw.ts'
import { factsOf } from './facts.ts'
import { RECORDED_RELEASES, readManifest, recordedStates, restoreState } from './restore.ts'

const STATES: readonly string[] = [
  'accepted',
  'applying-all',
  'applying-base',
  'applying-half',
  'applying-planned',
  'applying-swept',
  'cancelled',
  'catching-up',
  'changeset-half',
  'committed',
  'compensating',
  'compensating-aborted',
  'compensating-half',
  'delete-half',
  'failed',
  'halted',
  'held',
  'index-building',
  'index-half',
  'needs-repair-cache',
  'needs-repair-undo',
  'nested-rename-half',
  'parked-failure',
  'parked-operator',
  'parked-unknown',
  'parked-unknown-changed',
  'paused',
  'pending',
  'persisted',
  'provisioning',
  'required',
  'required-filling',
  'required-undone-half',
  'retried-half',
  'retype-backfilling',
  'retype-between-stages',
  'retype-misfit',
  'retype-undone-half',
  'reverting',
  'rule-not-restored',
  'set-aside',
  'set-aside-by-undo',
  'set-aside-purged',
  'set-aside-restored',
  'settling',
  'soaking',
  'suspended',
]

describe.for(RECORDED_RELEASES)('the states that were recorded with release %s', (release) => {
  test('are these', async () => {
    expect(await recordedStates(release)).toEqual(STATES)
  })

  test('hold every status of an operation, every state of a marker, and every cause for which a tenant is parked', async () => {
    const facts = await Promise.all(STATES.map(async (state) => (await readManifest(release, state)).facts))
    const statuses = facts.flatMap(({ operations }) => operations.map(({ status }) => status))
    expect(new Set(statuses)).toEqual(new Set(OPERATION_STATUSES))
    const markers = facts.flatMap(({ targets }) => Object.values(targets).flatMap((target) => target.markers))
    expect(new Set(markers.map(({ state }) => state))).toEqual(
      new Set(['started', 'applied', 'compensated', 'accepted']),
    )
    const tenants = facts.flatMap((each) => each.tenants)
    expect(new Set(tenants.map(({ state }) => state))).toEqual(
      new Set(['provisioning', 'active', 'parked', 'suspended']),
    )
    expect(new Set(tenants.map(({ cause }) => cause))).toEqual(new Set([null, 'failure', 'operator', 'accepted']))
    expect(new Set(tenants.map(({ changed }) => changed))).toEqual(new Set([null, 'no', 'yes', 'unknown']))
  })
})

describe('a state that is restored', () => {
  const recorded = RECORDED_RELEASES.flatMap((release) => STATES.map((state) => [release, state] as const))
  const tried = drawn(recorded, { story: 'restored', most: 10, kindOf: ([, state]) => state })
  test.concurrent.for(tried)('is as it was recorded: %s, %s', async ([release, state], { expect }) => {
    const { manifest, urls, drop } = await restoreState(release, state)
    const clients = [urls.catalog, urls.alpha, urls.beta].map((connectionString) => new pg.Client({ connectionString }))
    const [catalog, alpha, beta] = clients as [pg.Client, pg.Client, pg.Client]
    try {
      await Promise.all(clients.map((client) => client.connect()))
      expect(await factsOf(catalog, { alpha, beta })).toEqual(manifest.facts)
    } finally {
      await Promise.all(clients.map((client) => client.end()))
      await drop()
    }
  })
})
