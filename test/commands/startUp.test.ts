import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url))
const VALUE_IMPORT = /^(?:import|export)\s+(?!type\b)(?:[^'"]*?\sfrom\s+)?'([^']+)'/gm

test('the command line loads no package but commander before it knows what to do', () => {
  expect([...packagesOf(CLI)].sort()).toEqual(['commander'])
})

/** The packages that a file and what it imports load at once; Node's own left out. */
function packagesOf(file: string, seen = new Set<string>(), packages = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return packages
  seen.add(file)
  for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(VALUE_IMPORT)) {
    if (!name.startsWith('.')) {
      if (!name.startsWith('node:')) packages.add(name)
      continue
    }
    const next = resolve(dirname(file), name)
    if (existsSync(next)) packagesOf(next, seen, packages)
  }
  return packages
}
