/** The connection to Temporal, made when first needed: reading the ledger does not need it. */
import {
  Client,
  Connection,
  isGrpcServiceError,
  WorkflowFailedError,
  type WorkflowHandle,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client'
import type { Config } from '../config.ts'
import { SEARCH_ATTRIBUTES } from '../contract.ts'
import { RequestRefused } from '../errors.ts'
import { asTemporalTrouble, temporalUnreachable } from '../temporalTrouble.ts'
import { unwrapped } from '../unwrapped.ts'

const CONNECT_TIMEOUT_MS = 5_000
const ALREADY_EXISTS = 6
const KEYWORD = 2

/** A Temporal client that connects on first use. */
export interface TemporalAccess {
  readonly client: () => Promise<Client>
  readonly close: () => Promise<void>
}

/** Errors: `TEMPORAL_UNREACHABLE`, naming the address and the reason. */
export function temporalAccess(config: Config): TemporalAccess {
  let connection: Promise<Connection> | undefined
  const connect = (): Promise<Connection> => {
    connection ??= Connection.connect({
      ...config.temporal.connection,
      address: config.temporal.address,
      connectTimeout: CONNECT_TIMEOUT_MS,
    }).catch((error: unknown) => {
      connection = undefined
      throw temporalUnreachable(error, config.temporal)
    })
    return connection
  }
  return {
    client: async () => new Client({ connection: await connect(), namespace: config.temporal.namespace }),
    close: async () => {
      // One that was never made has nothing to close.
      await (await connection?.catch(() => undefined))?.close()
    },
  }
}

/** Registers our search attributes; repeating it is harmless. */
export async function registerSearchAttributes(access: TemporalAccess, namespace: string): Promise<void> {
  const { connection } = await access.client()
  for (const name of Object.values(SEARCH_ATTRIBUTES)) {
    try {
      await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: { [name]: KEYWORD } })
    } catch (error) {
      const known = isGrpcServiceError(error) && (error.code === ALREADY_EXISTS || /already exist/i.test(error.details))
      if (!known) throw error
    }
  }
}

/** Tells a failed workflow as the error it was before Temporal wrapped it, and a call without an answer as that. */
export function asSagaError(error: unknown): unknown {
  if (error instanceof WorkflowNotFoundError) {
    return new RequestRefused('OPERATION_NOT_FOUND', 'Temporal does not know this workflow.')
  }
  const wrapped = error instanceof WorkflowFailedError || error instanceof WorkflowUpdateFailedError
  const failure = wrapped ? error.cause : error
  return unwrapped(failure) ?? asTemporalTrouble(error)
}

/** A workflow that was refused by its first activity leaves no row: its failure is the answer. */
export async function throwIfEnded(workflow: WorkflowHandle): Promise<void> {
  try {
    const { status } = await workflow.describe()
    if (status.name !== 'RUNNING') await workflow.result()
  } catch (error) {
    throw asSagaError(error)
  }
}
