/** Surroundings that keep what a command printed, and a client that answers from plain data. */
import type { OperationHandle } from '../../src/client/operationHandle.ts'
import type { SchemaSagaClient } from '../../src/client/types.ts'
import type { Surroundings } from '../../src/commands/io.ts'
import { runProgram } from '../../src/commands/program.ts'
import type { OperationDocument } from '../../src/contract.ts'
import { requirePublished } from '../fixtures/publishedSchemas.ts'

/** What a command line did. */
export interface Outcome {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number | undefined
  /** Names of the client's methods that were called, with their arguments. */
  readonly calls: readonly (readonly unknown[])[]
}

/** Runs a command line; `answers` holds the client's methods that it may call. */
export async function runCommand(
  args: readonly string[],
  answers: Partial<SchemaSagaClient> = {},
  overrides: Partial<Surroundings> = {},
): Promise<Outcome> {
  let stdout = ''
  let stderr = ''
  let exitCode: number | undefined
  const calls: (readonly unknown[])[] = []
  await runProgram(args, {
    env: {},
    folder: '/nowhere',
    out: (text) => {
      stdout += `${text}\n`
    },
    err: (text) => {
      stderr += `${text}\n`
    },
    readInput: async () => '{ "type": "create_model", "name": "food" }',
    connect: async () => recording(answers, calls),
    colour: false,
    liveProgress: false,
    setExitCode: (code) => {
      exitCode = code
    },
    onInterrupt: () => () => {},
    ask: null,
    ...overrides,
  })
  requirePublished(args, stdout)
  return { stdout, stderr, exitCode, calls }
}

function recording(answers: Partial<SchemaSagaClient>, calls: (readonly unknown[])[]): SchemaSagaClient {
  return new Proxy(answers as SchemaSagaClient, {
    get: (target, name) => {
      if (name === 'then') return undefined
      const answer: unknown = Reflect.get(target, name)
      return async (...given: readonly unknown[]) => {
        calls.push([name, ...given])
        if (typeof answer === 'function') return (await answer(...given)) as unknown
        if (name !== 'close') throw new Error(`the command called ${String(name)}`)
        return undefined
      }
    },
  })
}

/** A committed operation on two tenants, with the given differences. */
export function operationDocument(differences: Partial<OperationDocument> = {}): OperationDocument {
  return {
    id: 'op-1',
    project: 'shop',
    type: 'create_model',
    status: 'committed',
    attempt: 1,
    base_revision: 0,
    revision: 1,
    plan_hash: 'abc',
    workflow_id: 'schema/shop/op-1',
    actor: 'ada',
    error: null,
    error_code: null,
    unchanged: false,
    paused: false,
    waits_for: null,
    waits_for_status: null,
    waits_since: null,
    accepted: 0,
    submitted_at: '2026-01-01T00:00:00.000Z',
    started_at: null,
    ended_at: '2026-01-01T00:00:01.500Z',
    request: {},
    steps: [],
    problems: [],
    problems_left_out: 0,
    set_aside: [],
    refused: null,
    waits_on: null,
    tenants: { total: 2, succeeded: 2, skipped: 0, failed: 0, parked: 0, compensated: 0, running: 0, pending: 0 },
    ...differences,
  }
}

/** A handle whose operation goes through the given records. */
export function handleOf(...records: readonly [OperationDocument, ...OperationDocument[]]): OperationHandle {
  const last = records.at(-1) ?? records[0]
  return {
    id: last.id,
    show: async () => last,
    watch: async function* () {
      yield* records
    },
    result: async () => last,
    repair: async () => {},
    retry: async () => {},
    abort: async () => {},
    pause: async () => {},
    resume: async () => {},
    skipTenant: async () => {},
    retryTenants: async () => {},
    setParallelism: async () => {},
    promoteWave: async () => {},
    history: async () => ({
      operation: last,
      request: last.request,
      schema_before: null,
      schema_after: null,
      plans: [],
      texts_left_out: false,
      steps: [],
    }),
    tenants: async () => ({ tenants: [], next: null }),
  }
}
