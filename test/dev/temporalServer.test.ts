import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { startTemporalDevServer } from '../../src/dev/servers/temporalServer.ts'

let folder: string
const lines: string[] = []
const log = (line: string): void => {
  lines.push(line)
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'schema-saga-temporal-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('the dev server keeps closed workflows for 30 days, knows our search attributes, and shows its Web UI', async () => {
  const server = await startTemporalDevServer({ cliPath: inject('temporalCliPath'), namespace: 'kept', log })
  const connection = await Connection.connect({ address: server.address })
  const { config } = await connection.workflowService.describeNamespace({ namespace: 'kept' })
  expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(30 * 24 * 3600)
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: 'kept' })
  expect(Object.keys(customAttributes ?? {})).toEqual(
    expect.arrayContaining(['SchemaProject', 'SchemaOperationType', 'SchemaOperationStatus', 'SchemaTenant']),
  )
  expect((await fetch(String(server.webUi))).status).toBe(200)
  await connection.close()
  await server.stop()
  await expect(Connection.connect({ address: server.address, connectTimeout: 500 })).rejects.toThrow()
})

test('with a database file, workflows survive a restart, and a taken port is replaced by the next free one', async () => {
  const options = { cliPath: inject('temporalCliPath'), namespace: 'default', headless: true, log }
  const dbFilename = join(folder, 'temporal.db')
  const first = await startTemporalDevServer({ ...options, dbFilename })
  await startWorkflow(first.address)
  await first.stop()
  const port = Number(first.address.split(':')[1])
  const squatter = createServer().listen(port, '127.0.0.1')
  const second = await startTemporalDevServer({ ...options, dbFilename, port })
  expect(second.address).not.toBe(first.address)
  expect(lines.some((line) => line.startsWith(`Port ${port} is taken; Temporal uses `))).toBe(true)
  expect(await statusOfWorkflow(second.address)).toBe('RUNNING')
  squatter.close()
  await second.stop()
})

test('a program that is no dev server is reported with the end of its output', async () => {
  const cliPath = join(folder, 'broken')
  await writeFile(cliPath, '#!/bin/sh\necho "unknown command" >&2\nexit 2\n', { mode: 0o755 })
  const starting = startTemporalDevServer({ cliPath, namespace: 'default', log })
  await expect(starting).rejects.toThrow('The Temporal dev server exited with code 2:\nunknown command')
})

async function startWorkflow(address: string): Promise<void> {
  const connection = await Connection.connect({ address })
  const options = { workflowId: 'kept', taskQueue: 'nobody' }
  await new Client({ connection }).workflow.start('anything', options)
  await connection.close()
}

async function statusOfWorkflow(address: string): Promise<string> {
  const connection = await Connection.connect({ address })
  const { status } = await new Client({ connection }).workflow.getHandle('kept').describe()
  await connection.close()
  return status.name
}
