/** The end of every story: fine weather, time for everything, and the documented commands for what waits for a person. */
import type { OperationHandle } from '../../src/client.ts'
import type { OperationDocument } from '../../src/contract.ts'
import { SagaError } from '../../src/errors.ts'
import { isQuiet, PATIENCE_MS, Stuck, settle } from './world/settle.ts'
import type { WeatheredWorld } from './world/world.ts'

const DAY_MS = 86_400_000
/** Each round sends what is left the next stronger command. */
const ROUNDS = 6

/** Brings every operation to its end. Errors: `Stuck` names those that no command ended. */
export async function finish(world: WeatheredWorld, detached: readonly Promise<void>[]): Promise<void> {
  world.sky.openGate()
  await settle(world, Promise.all(detached))
  for (let round = 0; round < ROUNDS; round += 1) {
    const open = await listOpen(world)
    if (open.length === 0) break
    for (const { id } of open) await sendOn(world, await world.client.operation(id), round)
    await reconcile(world)
    if (!(await world.clock.pass(PATIENCE_MS, () => isQuiet(world)))) throw new Stuck('busy', await names(world))
  }
  if ((await listOpen(world)).length > 0) throw new Stuck('no-command-helps', await names(world))
  // Whatever was left for later has had its time: catch-ups that wait, undos, what is past its hold.
  await world.clock.age(0.05 * DAY_MS)
  await reconcile(world)
}

/** One documented command for an operation that waits; stronger ones in later rounds. */
async function sendOn(world: WeatheredWorld, operation: OperationHandle, round: number): Promise<void> {
  const document = await operation.show()
  const command = commandFor(document, round)
  if (command === undefined) return
  try {
    await settle(world, command.send(operation))
    world.log(`end: ${command.name} ${operation.id}`)
  } catch (error) {
    if (!(error instanceof SagaError)) throw error
    world.log(`end: ${command.name} ${operation.id}: ${error.code}: ${error.message}`)
  }
}

interface Command {
  readonly name: string
  readonly send: (operation: OperationHandle) => Promise<void>
}

function commandFor(document: OperationDocument, round: number): Command | undefined {
  if (document.paused) return { name: 'resume', send: (operation) => operation.resume() }
  if (document.status !== 'needs_repair') return undefined
  if (document.error_code === 'HELD') {
    if (round === 0) return { name: 'retryTenants', send: (operation) => operation.retryTenants() }
    // What has no way back cannot be undone.
    const action = round === 1 ? 'park' : round < 4 ? 'compensate' : 'accept'
    return { name: `repair --action ${action}`, send: (operation) => operation.repair({ action }) }
  }
  const action = round < 3 ? 'retry' : 'accept'
  return { name: `repair --action ${action}`, send: (operation) => operation.repair({ action }) }
}

async function reconcile(world: WeatheredWorld): Promise<void> {
  try {
    await settle(world, world.client.reconcile({}))
  } catch (error) {
    if (!(error instanceof SagaError)) throw error
    world.log(`end: reconcile: ${error.code}: ${error.message}`)
  }
}

async function listOpen(world: WeatheredWorld): Promise<readonly { id: string; status: string; turn: string }[]> {
  const { rows } = await world.catalog.query<{ id: string; status: string; turn: string }>(
    `select id, status, turn from schema_saga.operation
      where turn <> 'released' or status not in ('committed', 'failed', 'cancelled') order by seq`,
  )
  return rows
}

async function names(world: WeatheredWorld): Promise<string> {
  const open = await listOpen(world)
  return open.map(({ id, status, turn }) => `${id} is ${status}, its turn is ${turn}`).join('; ')
}
