/** Plain SQL that an empty database of the same or a later major takes from any driver, made by `pg_dump`. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type pg from 'pg'

const run = promisify(execFile)
const MOST_BYTES = 64 * 1024 * 1024

/** Meta-commands of psql, which only psql understands, and remarks that differ from one program to the next. */
const NOT_SQL = /^(\\(un)?restrict .*|-- Dumped (from|by) .*)\n/gm

/** The structure of the catalog, which is the same in all states. */
export async function dumpCatalogStructure(url: string): Promise<string> {
  return await dump(url, ['--schema-only'])
}

/** The structure of the bookkeeping of a target database, which is the same in all states. */
export async function dumpBookkeeping(url: string): Promise<string> {
  return await dump(url, ['--schema-only', '--schema', 'schema_saga_target'])
}

/** The rows of the catalog. */
export async function dumpCatalogRows(url: string): Promise<string> {
  return await dump(url, ['--data-only'])
}

/** Everything in a target database but the structure of the bookkeeping. */
export async function dumpTarget(url: string, client: pg.Client): Promise<string> {
  return [
    await dump(url, ['--exclude-schema', 'schema_saga_target']),
    await dump(url, ['--data-only', '--schema', 'schema_saga_target']),
    await invalidIndexes(client),
    await relations(client),
  ]
    .filter((part) => part !== '')
    .join('\n')
}

async function dump(url: string, which: readonly string[]): Promise<string> {
  const always = ['--inserts', '--rows-per-insert=200', '--no-owner', '--no-privileges']
  const { stdout } = await run('pg_dump', [...always, ...which, url], { maxBuffer: MOST_BYTES })
  return stdout.replaceAll(NOT_SQL, '').replaceAll(/\n{3,}/g, '\n\n')
}

/** `pg_dump` leaves out indexes whose build was not finished. */
async function invalidIndexes(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ name: string; definition: string; ready: boolean }>(
    `select format('%I.%I', n.nspname, i.relname) as name, pg_get_indexdef(i.oid) as definition, x.indisready as ready
       from pg_index x join pg_class i on i.oid = x.indexrelid join pg_namespace n on n.oid = i.relnamespace
      where not x.indisvalid and n.nspname not like 'pg\\_%' order by 1`,
  )
  return rows
    .map(
      ({ name, definition, ready }) =>
        `${definition};\nUPDATE pg_catalog.pg_index SET indisvalid = false, indisready = ${ready} WHERE indexrelid = '${name}'::regclass;\n`,
    )
    .join('')
}

/** The bookkeeping knows tables by their numbers, which are others in the database that takes the dump. */
async function relations(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ id: string; name: string }>(
    `select s.id, format('%I.%I', n.nspname, c.relname) as name from schema_saga_target.set_aside s
       join pg_class c on c.oid = s.relation join pg_namespace n on n.oid = c.relnamespace order by s.id`,
  )
  return rows
    .map(({ id, name }) => `UPDATE schema_saga_target.set_aside SET relation = '${name}'::regclass WHERE id = ${id};\n`)
    .join('')
}
