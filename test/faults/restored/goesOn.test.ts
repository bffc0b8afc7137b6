import pMap from 'p-map'
import { describe, type ExpectStatic, test } from 'vitest'
import type { OperationHandle, TenantDocument } from '../../../src/client.ts'
import { dumpSchema } from '../../fixtures/dump.ts'
import type { Act } from '../../upgrade/manifest.ts'
import { RECORDED_RELEASES, type Release, recordedStates } from '../../upgrade/restore.ts'
import { EVERY_FAULT } from '../draw.ts'
import { type RestoredFleet, restoreFleet } from './restoredFleet.ts'

const LIMIT_MS = 120_000

/** One of each kind, for every run; `FAULTS=all` lets all of them go on. */
const SAMPLES: Readonly<Record<Release, readonly string[]>> = {
  'v0.4': ['compensating-half', 'held', 'parked-failure', 'persisted', 'retype-between-stages', 'settling'],
  'v0.5': ['compensating-half', 'retype-between-stages'],
}

/** A state at work again; tests that run side by side have an `expect` each. */
interface Scene {
  readonly fleet: RestoredFleet
  readonly expect: ExpectStatic
}

/** Does one thing, and waits until it is done. */
async function perform(scene: Scene, act: Act): Promise<void> {
  const { client, manifest } = scene.fleet
  const { project } = manifest
  const by = { actor: 'rosa' }
  switch (act.do) {
    case 'reconcile':
      if (act.operation === undefined) await client.reconcile(project)
      else await client.reconcileOneOperation(act.operation, by)
      return
    case 'unpark':
      await client.unparkTenant(project, act.tenant, by)
      return
    case 'resumeTenant':
      await client.resumeTenant(project, act.tenant, by)
      return
    case 'revert':
      await (await client.revert(act.operation, { operationId: `${act.operation}-back` })).result()
      return
    default:
      await steer(scene, await client.operation(act.operation), act)
  }
}

async function steer(
  { expect }: Scene,
  handle: OperationHandle,
  act: Extract<Act, { operation: string }>,
): Promise<void> {
  const by = { actor: 'rosa' }
  switch (act.do) {
    case 'await':
      await expect.poll(async () => (await handle.show()).status, { timeout: LIMIT_MS }).toBe(act.status)
      return
    case 'insist':
      await expect
        .poll(
          async () => {
            const { status } = await handle.show()
            if (status === 'needs_repair') await handle.repair({ action: act.action, ...by })
            return status
          },
          { timeout: LIMIT_MS, interval: 1_000 },
        )
        .toBe(act.status)
      return
    case 'repair':
      await handle.repair({ action: act.action, ...by })
      return
    case 'retry':
      await handle.retry(by)
      return
    case 'resume':
      await handle.resume(by)
      return
    case 'promote':
      // Refused until the wave soaks.
      await expect
        .poll(
          () =>
            handle.promoteWave(by).then(
              () => 'promoted',
              (error: unknown) => String(error),
            ),
          { timeout: LIMIT_MS },
        )
        .toBe('promoted')
  }
}

/** Those tenants whose schema is not the base's. */
async function unlikeBase(
  { alpha, beta, manifest }: RestoredFleet,
  tenants: readonly TenantDocument[],
): Promise<string[]> {
  const base = await dumpSchema(alpha, `${manifest.project}_base`)
  const unlike = await pMap(
    tenants,
    async ({ id, server, namespace }) =>
      (await dumpSchema(server === 'beta' ? beta : alpha, namespace)) === base ? [] : [id],
    { concurrency: 1 },
  )
  return unlike.flat()
}

describe.for(RECORDED_RELEASES)('a state of release %s that was restored goes on', async (release) => {
  test.concurrent.for(EVERY_FAULT ? await recordedStates(release) : SAMPLES[release])(
    'from %s to the end that is recorded with it',
    { timeout: LIMIT_MS * 2 },
    async (state, { expect }) => {
      const fleet = await restoreFleet(release, state)
      const { client, manifest } = fleet
      try {
        for (const act of manifest.goes_on.acts) await perform({ fleet, expect }, act)
        const { operations, tenants = {}, unlike = [] } = manifest.goes_on
        for (const [id, status] of Object.entries(operations)) {
          expect(await (await client.operation(id)).show()).toMatchObject({ id, status })
        }
        const found = await client.listTenants(manifest.project)
        expect(Object.fromEntries(found.map(({ id, state }) => [id, state]))).toEqual({
          ...Object.fromEntries(manifest.facts.tenants.map(({ id }) => [id, 'active'])),
          ...tenants,
        })
        const active = found.filter(({ state }) => state === 'active')
        expect(await unlikeBase(fleet, active)).toEqual(unlike)
      } finally {
        await fleet.stop()
      }
    },
  )
})
