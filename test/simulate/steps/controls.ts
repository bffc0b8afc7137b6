/** Steps that steer an operation. */
import fc from 'fast-check'
import type { OperationHandle } from '../../../src/client.ts'
import type { RepairRequest } from '../../../src/contract.ts'
import {
  arbitraryChoice,
  chooseOperation,
  chooseTenant,
  OPEN,
  type StepKind,
  type StepPlace,
  stepKind,
} from './kind.ts'

const arbitraryOperation = fc.record({ operation: fc.constantFrom(0, 0, 1, 2) })

/** A kind that sends one message to an operation that is open, if one is. */
function control(weight: number, name: string, send: (operation: OperationHandle) => Promise<void>): StepKind {
  return stepKind<{ operation: number }>({
    weight,
    controls: true,
    arguments: arbitraryOperation,
    run: async (place, { operation }) => {
      const id = await chooseOperation(place, operation, OPEN)
      await send(await place.world.client.operation(id))
      return `${name} ${id}`
    },
  })
}

export const abort = control(6, 'abort', (operation) => operation.abort())
export const pause = control(3, 'pause', (operation) => operation.pause())
export const goOn = control(3, 'resume', (operation) => operation.resume())
export const promote = control(2, 'promote the wave of', (operation) => operation.promoteWave())

export const retry = stepKind<{ operation: number }>({
  weight: 6,
  detachable: true,
  arguments: arbitraryOperation,
  run: async (place, { operation }) => {
    const id = await chooseOperation(place, operation, ['failed', 'cancelled', 'needs_repair'])
    await (await place.world.client.operation(id)).retry()
    return `retry ${id}`
  },
})

export const parallelism = stepKind<{ operation: number; parallel: number }>({
  weight: 1,
  controls: true,
  arguments: fc.record({ operation: fc.constantFrom(0, 1), parallel: fc.constantFrom(1, 2, 8) }),
  run: async (place, { operation, parallel }) => {
    const id = await chooseOperation(place, operation, OPEN)
    await (await place.world.client.operation(id)).setParallelism({ parallel })
    return `set the parallelism of ${id} to ${parallel}`
  },
})

export const repair = stepKind<{ operation: number; action: RepairRequest['action'] }>({
  weight: 5,
  controls: true,
  arguments: fc.record({
    operation: fc.constantFrom(0, 0, 1),
    action: fc.constantFrom('retry', 'park', 'compensate', 'accept'),
  }),
  run: async (place, { operation, action }) => {
    const id = await chooseOperation(place, operation, ['needs_repair'])
    await (await place.world.client.operation(id)).repair({ action })
    return `repair ${id} by ${action}`
  },
})

export const skipTenant = stepKind<{ operation: number; tenant: number }>({
  weight: 3,
  controls: true,
  arguments: fc.record({ operation: fc.constantFrom(0, 1), tenant: arbitraryChoice }),
  run: async (place, given) => {
    const { id, tenant } = await operationAndTenant(place, given)
    await (await place.world.client.operation(id)).skipTenant({ tenant })
    return `skip ${tenant} in ${id}`
  },
})

export const retryTenants = stepKind<{ operation: number; tenant: number; all: boolean }>({
  weight: 3,
  controls: true,
  arguments: fc.record({ operation: fc.constantFrom(0, 1), tenant: arbitraryChoice, all: fc.boolean() }),
  run: async (place, { all, ...given }) => {
    const { id, tenant } = await operationAndTenant(place, given)
    await (await place.world.client.operation(id)).retryTenants(all ? {} : { tenants: [tenant] })
    return `retry ${all ? 'the failed tenants' : tenant} in ${id}`
  },
})

async function operationAndTenant(
  place: StepPlace,
  given: { operation: number; tenant: number },
): Promise<{ id: string; tenant: string }> {
  const id = await chooseOperation(place, given.operation, OPEN)
  return { id, tenant: (await chooseTenant(place, given.tenant, ['active'])).id }
}
