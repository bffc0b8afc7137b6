import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type DevStack, readDevStack } from '../../src/config.ts'
import { createCleanup } from '../../src/dev/cleanup.ts'
import { readPorts } from '../../src/dev/ports.ts'
import { takeFolder, writeDevStack } from '../../src/dev/stateFolder.ts'

const stack: DevStack = {
  catalogUrl: 'postgres://127.0.0.1/c',
  temporalAddress: '127.0.0.1:7233',
  webUi: 'http://127.0.0.1:8233',
  pid: process.pid,
  dsn: {},
}
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'schema-saga-dev-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('the state folder', () => {
  test('belongs to one stack, whose note only its owner may read', async () => {
    const release = await takeFolder(folder, () => {})
    const remove = await writeDevStack(folder, stack)
    const file = join(folder, '.schema-saga', 'dev.json')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(stack)
    await expect(takeFolder(folder, () => {})).rejects.toMatchObject({ name: 'RequestRefused', code: 'IN_PROGRESS' })
    await remove()
    await release()
    expect(readDevStack(folder)).toBeNull()
  })

  test('is free again when the note is left from a stack that is gone', async () => {
    const gone = await takeFolder(folder, () => {})
    await writeDevStack(folder, stack)
    await gone()
    const release = await takeFolder(folder, () => {})
    // It belongs to whoever has taken it, and then to the next one.
    await expect(takeFolder(folder, () => {})).rejects.toMatchObject({ code: 'IN_PROGRESS' })
    await release()
    await (await takeFolder(folder, () => {}))()
  })
})

test('everything is stopped in reverse order, also what fails to stop and what comes late', async () => {
  const closed: string[] = []
  const cleanup = createCleanup()
  const closer = (name: string) => async (): Promise<void> => {
    closed.push(name)
    if (name === 'worker') throw new Error('the worker does not stop')
  }
  for (const name of ['postgres', 'temporal', 'worker']) await cleanup.add(closer(name))
  await expect(cleanup.run()).rejects.toThrow('the worker does not stop')
  await cleanup.add(closer('late'))
  expect(closed).toEqual(['worker', 'temporal', 'postgres', 'late'])
})

test('ports come from the environment', () => {
  expect(readPorts({ SCHEMA_SAGA_TEMPORAL_PORT: '9000' })).toEqual({ postgres: 54320, temporal: 9000, webUi: 8233 })
  expect(() => readPorts({ SCHEMA_SAGA_WEB_UI_PORT: 'eighty' })).toThrow(/SCHEMA_SAGA_WEB_UI_PORT must be a port/)
})
