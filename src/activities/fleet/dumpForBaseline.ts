/** A namespace written down by the worker's pg_dump, for the base of a project that is to be made of it. */
import { processEnvironment } from '../../config.ts'
import type { DumpedNamespace, DumpedPlace } from '../../contract.ts'
import { RequestRefused, SagaError } from '../../errors.ts'
import { keepText } from '../../postgres/catalog/sql/sqlTexts.ts'
import { whereOf } from '../../postgres/sessions/servers.ts'
import { readServerOf } from '../../postgres/template/baseServer.ts'
import { dumpNamespace, findPgDump } from '../../postgres/template/pgDump.ts'
import { sqlTextOf } from '../../sql/text.ts'
import type { ActivityDependencies } from '../dependencies.ts'

/** With a new key in each dump, which would make another text of it. */
const RESTRICTED = /^\\(?:un)?restrict .*\n/gm

/** Errors: `DUMP_UNAVAILABLE` with the way to get the file, `TARGET_GONE`, `LOCK_UNAVAILABLE`. */
export async function dumpForBaseline(
  { catalog, targetPools }: Pick<ActivityDependencies, 'catalog' | 'targetPools'>,
  { server, namespace }: DumpedPlace,
): Promise<DumpedNamespace> {
  const place = { server, namespace }
  const where = whereOf(place)
  const { major } = await readServerOf(targetPools, place)
  const program = await findPgDump(major, processEnvironment())
  if (program === null) {
    throw unavailable(place, `The workers have no pg_dump of PostgreSQL ${major} or newer on their PATH.`)
  }
  const location = await targetPools.locate(place)
  const dump = dumpNamespace(program, location, where, processEnvironment()).catch((error: unknown) => {
    const isOurs = error instanceof SagaError && error.code === 'TEMPLATE_MISSING'
    throw isOurs ? unavailable(place, error.message) : error
  })
  const text = (await dump).replaceAll(RESTRICTED, '')
  return { sha256: await keepText(catalog, sqlTextOf(where, text).text), namespace: location.namespace }
}

function unavailable({ server, namespace }: DumpedPlace, why: string): RequestRefused {
  const command = `pg_dump --schema-only --schema='"${namespace}"' "<connection string of ${server}>" > baseline.sql`
  return new RequestRefused(
    'DUMP_UNAVAILABLE',
    `${why} Write it down yourself, and give --baseline baseline.sql: ${command}`,
  )
}
