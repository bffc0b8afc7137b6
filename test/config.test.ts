import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { dsnFromEnvironment, readConfig } from '../src/config.ts'
import { SurroundingsMissing } from '../src/errors.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'schema-saga-config-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

function runDevStack(pid: number): void {
  mkdirSync(join(folder, '.schema-saga'))
  const stack = {
    catalogUrl: 'postgres://dev/catalog',
    temporalAddress: '127.0.0.1:9999',
    webUi: 'http://127.0.0.1:8888',
    pid,
    dsn: { ALPHA_URL: 'postgres://dev/alpha' },
  }
  writeFileSync(join(folder, '.schema-saga', 'dev.json'), JSON.stringify(stack))
}

const refusal = (work: () => unknown): SurroundingsMissing => {
  try {
    work()
  } catch (error) {
    if (error instanceof SurroundingsMissing) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('settings', () => {
  test('a running dev stack of the folder is found without any setting', () => {
    runDevStack(process.pid)
    const config = readConfig({}, folder)
    expect(config.catalogUrl).toBe('postgres://dev/catalog')
    expect(config.temporal.address).toBe('127.0.0.1:9999')
    expect(dsnFromEnvironment('ALPHA_URL', {}, folder)).toBe('postgres://dev/alpha')
  })

  test('an explicit variable wins over the dev stack', () => {
    runDevStack(process.pid)
    const env = {
      DATABASE_URL: 'postgres://mine/catalog',
      TEMPORAL_ADDRESS: 'temporal:7233',
      ALPHA_URL: 'postgres://a',
    }
    const config = readConfig(env, folder)
    expect(config.catalogUrl).toBe('postgres://mine/catalog')
    expect(config.temporal.address).toBe('temporal:7233')
    expect(dsnFromEnvironment('ALPHA_URL', env, folder)).toBe('postgres://a')
  })

  test('a workflow bundle that was made before is named by a variable, and has to exist', () => {
    const file = join(folder, 'workflows.js')
    const env = { DATABASE_URL: 'postgres://mine/catalog', SCHEMA_SAGA_WORKFLOW_BUNDLE: file }
    expect(refusal(() => readConfig(env, folder))).toMatchObject({
      code: 'SETTING_INVALID',
      message: 'SCHEMA_SAGA_WORKFLOW_BUNDLE names a file that does not exist.',
    })
    writeFileSync(file, '')
    expect(readConfig(env, folder).workflowBundle).toBe(file)
    expect(readConfig({ DATABASE_URL: 'postgres://mine/catalog' }, folder).workflowBundle).toBeNull()
  })

  test('a dev stack whose process is gone does not count', () => {
    runDevStack(2 ** 30)
    expect(refusal(() => readConfig({}, folder)).code).toBe('SETTING_INVALID')
  })

  test('a setting that is no connection string is named, but its value is not shown', () => {
    const error = refusal(() => readConfig({ SCHEMA_SAGA_CATALOG_URL: 'mysql://saga:geheim@db' }, folder))
    expect(error.message).toBe('SCHEMA_SAGA_CATALOG_URL is not a postgres:// connection string.')
  })
})
