/** The stories whose histories must replay, each on the fleet as the one before has left it: all tenants alike. */
import type { OperationHandle } from '../../src/client.ts'
import { freeze, thaw } from '../../test/whole/freeze.ts'
import { ends, PROJECT, type Stage, until } from './stage.ts'

type Story = (stage: Stage, id: string) => Promise<void>

const succeeded = (handle: OperationHandle, count: number): Promise<void> =>
  until(handle, ({ tenants }) => tenants.succeeded === count)

/** Runs while tenant b refuses DDL. */
async function whileFrozen({ targets }: Stage, work: () => Promise<void>): Promise<void> {
  await freeze(targets, 'replay_b')
  await work()
  await thaw(targets, 'replay_b')
}

/** An operation that is held, because tenant b refuses DDL; afterwards b does not any more. */
async function held(stage: Stage, id: string): Promise<OperationHandle> {
  const handle = await stage.add(id, { onTenantFailure: 'hold' })
  await whileFrozen(stage, () => ends(handle, 'needs_repair'))
  return handle
}

/** An operation whose undo does not succeed on tenant a. */
async function undoFailed(stage: Stage, id: string): Promise<OperationHandle> {
  const release = await stage.hold('replay_c.guest')
  const handle = await stage.add(id)
  await succeeded(handle, 2)
  await freeze(stage.targets, 'replay_a')
  // Dropping an unused column is no command that the freeze sees; setting aside a used one is.
  await stage.targets.query(`update replay_a.guest set ${id.replaceAll('-', '_')} = 'window'`)
  const aborted = handle.abort({ actor: 'rosa', reason: 'wrong model' })
  await until(handle, ({ status }) => status === 'compensating')
  await release()
  await ends(handle, 'needs_repair')
  await aborted
  await thaw(stage.targets, 'replay_a')
  return handle
}

const unpark = (stage: Stage, tenant: string): Promise<unknown> => stage.client.unparkTenant(PROJECT, tenant)

/** By the id of the operation; the order matters, because later stories take up what earlier ones leave. */
export const STORIES: Readonly<Record<string, Story>> = {
  'parked-1': async (stage, id) => {
    const handle = await stage.add(id, { onTenantFailure: 'park', maxParked: 1 })
    await whileFrozen(stage, () => ends(handle, 'committed'))
    await unpark(stage, 'b')
  },
  'held-retried-1': async (stage, id) => {
    const handle = await held(stage, id)
    await handle.repair({ action: 'retry', actor: 'rosa' })
    await ends(handle, 'committed')
  },
  'held-parked-1': async (stage, id) => {
    const handle = await held(stage, id)
    await handle.repair({ action: 'park', actor: 'rosa', note: 'later' })
    await ends(handle, 'committed')
    await unpark(stage, 'b')
  },
  'held-given-up-1': async (stage, id) => {
    const handle = await held(stage, id)
    await handle.repair({ action: 'compensate', actor: 'rosa' })
    await ends(handle, 'failed')
  },
  'held-aborted-1': async (stage, id) => {
    const handle = await held(stage, id)
    await handle.abort({ actor: 'rosa', reason: 'wrong model' })
    await ends(handle, 'cancelled')
  },
  'paused-1': async (stage, id) => {
    const release = await stage.hold('replay_b.guest')
    const handle = await stage.add(id, { parallel: 1 })
    await succeeded(handle, 1)
    await handle.pause({ actor: 'rosa', reason: 'peak hours' })
    await release()
    await succeeded(handle, 2)
    await handle.setParallelism({ actor: 'rosa', parallel: 2 })
    await handle.resume({ actor: 'rosa' })
    await ends(handle, 'committed')
  },
  'skipped-1': async (stage, id) => {
    const release = await stage.hold('replay_a.guest')
    const handle = await stage.add(id, { parallel: 1 })
    await until(handle, ({ tenants }) => tenants.running === 1)
    await handle.skipTenant({ actor: 'rosa', tenant: 'c', reason: 'moves away' })
    await release()
    await ends(handle, 'committed')
    await unpark(stage, 'c')
  },
  'waves-1': async (stage, id) => {
    const handle = await stage.add(id, { canary: ['a'], waves: [50, 100], soakMs: 2_000 })
    await succeeded(handle, 1)
    await until(handle, ({ tenants }) => tenants.succeeded === 1 && tenants.running === 0)
    // Refused until the wave soaks.
    for (let promoted = false; !promoted; ) {
      promoted = await handle.promoteWave({ actor: 'rosa' }).then(
        () => true,
        () => false,
      )
    }
    await ends(handle, 'committed')
  },
  'halted-1': async (stage, id) => {
    const handle = await stage.add(id, { onTenantFailure: 'park', maxParked: 2, canary: ['b'], haltAt: 1 })
    await whileFrozen(stage, () => ends(handle, 'needs_repair'))
    await handle.repair({ action: 'park', actor: 'rosa' })
    await ends(handle, 'committed')
    await unpark(stage, 'b')
  },
  'swept-1': async (stage, id) => {
    await ends(await stage.add(id, { fanOut: 'sweep' }), 'committed')
  },
  'sweep-undone-1': async (stage, id) => {
    const handle = await stage.add(id, { fanOut: 'sweep' })
    await whileFrozen(stage, () => ends(handle, 'failed'))
  },
  'cache-1': async (stage, id) => {
    await stage.client.setProject(PROJECT, ['cache_alarm_after=1s'])
    const release = await stage.hold('schema_saga.cache_document', 'access exclusive')
    const handle = await stage.add(id)
    await ends(handle, 'needs_repair')
    await release()
    await ends(handle, 'committed')
  },
  'resumed-1': async (stage, id) => {
    const release = await stage.hold('replay_c.guest')
    const handle = await stage.add(id)
    await succeeded(handle, 2)
    await stage.startAgain(id, release)
    await ends(handle, 'committed')
  },
  'undo-resumed-1': async (stage, id) => {
    const releases = [await stage.hold('replay_c.guest')]
    const handle = await stage.add(id)
    await succeeded(handle, 2)
    releases.push(await stage.hold('replay_a.guest'))
    const aborted = handle.abort({ actor: 'rosa' }).catch(() => {})
    await until(handle, ({ status }) => status === 'compensating')
    await stage.startAgain(id, async () => {
      for (const release of releases) await release()
    })
    await ends(handle, 'cancelled')
    await aborted
  },
  'held-resumed-1': async (stage, id) => {
    const handle = await held(stage, id)
    await stage.startAgain(id)
    await handle.repair({ action: 'retry', actor: 'rosa' })
    await ends(handle, 'committed')
  },
  'reconciled-1': async (stage, id) => {
    const handle = await stage.add(id, { onTenantFailure: 'park', maxParked: 1 })
    await whileFrozen(stage, () => ends(handle, 'committed'))
    await stage.client.reconcile(PROJECT)
    await unpark(stage, 'b')
  },
  // The last one: the accepted tenant stays as it is.
  'accepted-1': async (stage, id) => {
    const handle = await undoFailed(stage, id)
    await stage.startAgain(id)
    await handle.repair({ action: 'accept', actor: 'rosa', note: 'looked at it' })
    await ends(handle, 'failed')
  },
}
