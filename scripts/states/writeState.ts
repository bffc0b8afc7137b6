/** A state as files: the rows of its catalog, its target databases, and what is true of them. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { factsOf } from '../../test/upgrade/facts.ts'
import type { Manifest } from '../../test/upgrade/manifest.ts'
import { dumpBookkeeping, dumpCatalogRows, dumpCatalogStructure, dumpTarget } from './dump.ts'
import { printDocument } from './json.ts'
import { session } from './sessions.ts'
import { PROJECT } from './stories/mutations.ts'
import type { Story } from './stories/story.ts'
import type { Databases, Ground } from './world.ts'

const DATABASES: Manifest['databases'] = {
  catalog: { file: 'catalog.sql', dsn_env: null },
  alpha: { file: 'alpha.sql', dsn_env: 'ALPHA_URL' },
  beta: { file: 'beta.sql', dsn_env: 'BETA_URL' },
}

/** Writes a state whose world is closed; what was in the folder before is removed. */
export async function writeState(
  { url }: Ground,
  databases: Databases,
  { into, state, story }: { readonly into: string; readonly state: string; readonly story: Story },
): Promise<void> {
  await rm(into, { recursive: true, force: true })
  await mkdir(into)
  const write = (file: string, text: string): Promise<void> => writeFile(join(into, file), text)
  const catalog = await session(url(databases.catalog))
  const targets = { alpha: await session(url(databases.alpha)), beta: await session(url(databases.beta)) }
  try {
    await requireSame(join(into, '..', 'catalog.sql'), await dumpCatalogStructure(url(databases.catalog)))
    await requireSame(join(into, '..', 'bookkeeping.sql'), await dumpBookkeeping(url(databases.alpha)))
    await write('catalog.sql', await dumpCatalogRows(url(databases.catalog)))
    await write('alpha.sql', await dumpTarget(url(databases.alpha), targets.alpha))
    await write('beta.sql', await dumpTarget(url(databases.beta), targets.beta))
    const manifest: Manifest = {
      state,
      release: await release(),
      about: story.about,
      databases: DATABASES,
      project: PROJECT,
      goes_on: story.goesOn,
      facts: await factsOf(catalog, targets),
    }
    await write('state.json', printDocument(manifest))
  } finally {
    await Promise.all([catalog, targets.alpha, targets.beta].map((each) => each.end()))
  }
}

async function release(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

async function requireSame(file: string, structure: string): Promise<void> {
  if ((await readFile(file, 'utf8')) !== structure) throw new Error(`The structure is not the one of ${file}.`)
}
