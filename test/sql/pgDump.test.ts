import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dumpNamespace, findPgDump } from '../../src/postgres/template/pgDump.ts'

const SECRET = 'hunter-2'
const LOGIN = `postgres://ada:${SECRET}@db.example.org:5433/shop%20one?sslmode=verify-full&options=-c%20jit%3Doff`

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'schema-saga-pg-dump-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** A program of that major that does this; the folder that it is in. */
async function program(version: string, script = ''): Promise<string> {
  const place = await mkdtemp(join(folder, `v${version}-`))
  const text = `#!/bin/sh\nif [ "$1" = --version ]; then echo "pg_dump (PostgreSQL) ${version} (Debian)"; exit 0; fi\n${script}\n`
  await writeFile(join(place, 'pg_dump'), text)
  await chmod(join(place, 'pg_dump'), 0o755)
  return place
}

const pathOf = (...folders: readonly string[]): { PATH: string } => ({ PATH: [...folders, '/bin'].join(':') })

describe('the pg_dump of a worker', () => {
  it('is the one of the major of the server, else the next newer one, and never an older one', async () => {
    const [old, same, newer, newest] = await Promise.all(
      ['15.2', '16.9', '17.1', '99beta1'].map((each) => program(each)),
    )
    const found = async (major: number, ...folders: readonly (string | undefined)[]) => {
      const path = folders.flatMap((each) => each ?? []).join(':')
      return (await findPgDump(major, { PATH: path }))?.path
    }
    expect(await found(16, '/nowhere', newest, newer, same, old)).toBe(join(same ?? '', 'pg_dump'))
    expect(await found(16, newest, newer, old)).toBe(join(newer ?? '', 'pg_dump'))
    expect(await found(16, old)).toBeUndefined()
    expect(await findPgDump(16, {})).toBeNull()
  })

  it('is told how to connect by its environment alone, which has nothing of other servers', async () => {
    const seen = join(folder, 'seen')
    const place = await program(
      '16.1',
      `for each in "$@"; do echo "$each"; done > ${seen}; env > ${seen}.env; echo 'SELECT 1;'`,
    )
    const ours = { ...pathOf(place), BETA_URL: 'postgres://beta', PGHOST: 'elsewhere', PGSSLROOTCERT: '/ca.pem' }
    const found = await findPgDump(16, ours)
    if (found === null) throw new Error('it is not there')
    const location = { connectionString: LOGIN, namespace: 'Tenant "A".*' }
    expect(await dumpNamespace(found, location, 'alpha/a', ours)).toBe('SELECT 1;\n')
    const args = await readFile(seen, 'utf8')
    expect(args.split('\n')).toContain('--schema="Tenant ""A"".*"')
    for (const told of [SECRET, 'ada', 'example', '5433', 'shop']) expect(args).not.toContain(told)
    const environment = (await readFile(`${seen}.env`, 'utf8')).split('\n')
    expect(environment).toEqual(
      expect.arrayContaining([
        ...['PGHOST=db.example.org', 'PGPORT=5433', 'PGUSER=ada', `PGPASSWORD=${SECRET}`, 'PGDATABASE=shop one'],
        ...['PGSSLMODE=verify-full', 'PGOPTIONS=-c jit=off', 'PGSSLROOTCERT=/ca.pem', 'LC_ALL=C'],
      ]),
    )
    expect(environment.join()).not.toMatch(/BETA|elsewhere/)
  })

  it('tells why it failed without the place and the login', async () => {
    const failing = async (words: string) => {
      const place = await program('16.1', `echo '${words}' >&2; echo 'detail: Query was: SELECT ${SECRET}' >&2; exit 1`)
      const found = await findPgDump(16, pathOf(place))
      if (found === null) throw new Error('it is not there')
      return dumpNamespace(found, { connectionString: LOGIN, namespace: 'a' }, 'alpha/a', pathOf(place))
    }
    const refused =
      'connection to server at "db.example.org" (10.0.0.7), port 5433 failed: FATAL:  no entry for user "ada"'
    await expect(failing(`pg_dump: error: ${refused}`)).rejects.toMatchObject({
      code: 'TEMPLATE_MISSING',
      message: 'alpha/a: pg_dump could not write it down: FATAL:  no entry for user "...".',
    })
    await expect(failing('pg_dump: error: query failed: ERROR:  permission denied for table t')).rejects.toThrow(
      'alpha/a: pg_dump could not write it down: query failed: ERROR:  permission denied for table t.',
    )
    await expect(
      failing('pg_dump: error: query failed: canceling statement due to lock timeout'),
    ).rejects.toMatchObject({
      code: 'LOCK_UNAVAILABLE',
    })
    await expect(failing('Segmentation fault')).rejects.toThrow('could not write it down: it ended with 1.')
  })
})
