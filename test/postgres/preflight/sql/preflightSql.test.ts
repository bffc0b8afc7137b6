import type { ClientBase } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { preflightSql, type SqlQuestion } from '../../../../src/postgres/preflight/sql/preflightSql.ts'
import { readRecord, WHOLE } from '../../../../src/postgres/record/readRecord.ts'
import { NOTHING } from '../../../../src/sql/onlyLines.ts'
import type { NamespaceRecord } from '../../../../src/sql/record.ts'
import { openFleet, type TestFleet } from '../../fleet.ts'

const [OWNER, WORKER] = ['saga_preflight_owner', 'saga_preflight_worker']
const TEXT = `CREATE TABLE invoice (id int CONSTRAINT invoice_key PRIMARY KEY, total int); CREATE TABLE other (a int);
  CREATE INDEX invoice_total ON invoice (total); CREATE TYPE state AS ENUM ('open'); CREATE FUNCTION fee(int) RETURNS int LANGUAGE sql AS 'SELECT 1'`

let fleet: TestFleet
let client: ClientBase
let base: NamespaceRecord
beforeAll(async () => {
  fleet = await openFleet()
  client = fleet.client
  for (const role of [OWNER, WORKER]) await client.query(`DROP ROLE IF EXISTS ${role}; CREATE ROLE ${role}`)
  await make('base')
  const record = await readRecord(client, 'base', WHOLE)
  if (record === null) throw new Error('there is no base')
  base = record
})
afterAll(async () => {
  await client.query(`DROP OWNED BY ${OWNER} CASCADE; DROP OWNED BY ${WORKER}; DROP ROLE ${OWNER}; DROP ROLE ${WORKER}`)
  await fleet.close()
})

async function make(namespace: string, more = ''): Promise<void> {
  await client.query(`CREATE SCHEMA ${namespace}; SET search_path = ${namespace}; ${TEXT}; ${more}; RESET search_path`)
}

const ADDS_NOTHING: SqlQuestion['adds'] = { relations: [], types: [], routines: [], constraints: [] }

async function asked(
  namespaces: readonly string[],
  more: Partial<SqlQuestion> = {},
): Promise<readonly (readonly string[])[]> {
  const answers = await preflightSql(client, namespaces, {
    adds: ADDS_NOTHING,
    touches: { ...NOTHING, relations: ['invoice'] },
    expected: base,
    counting: { tenantRole: null, partitions: 'any', ignore: [] },
    bases: ['base'],
    roles: [],
    ...more,
  })
  expect(answers.map(({ namespace }) => namespace)).toEqual(namespaces)
  return answers.map(({ obstacles }) => obstacles)
}

describe('the preflight of a change by SQL', () => {
  it('has nothing against namespaces in which the touched objects are as recorded, whatever else is', async () => {
    await make('fine', 'CREATE TABLE more (a int); DROP TABLE other; DROP TYPE state')
    expect(await asked(['fine', 'base'])).toEqual([[], []])
    expect(await asked(['fine', 'base'], { needs: ['other'] })).toEqual([
      ['the change names other, which its namespace does not have'],
      [],
    ])
  })

  it('says how touched objects differ, three by name', async () => {
    await make('one', 'ALTER TABLE invoice ALTER total TYPE bigint')
    await make('many', 'ALTER TABLE invoice ADD a int, ADD b int, ADD c int, ADD d int')
    expect(await asked(['many', 'nowhere', 'one'])).toEqual([
      [
        'it does not look as its revision says: column invoice.a is extra, column invoice.b is extra, column invoice.c is extra, and 1 more',
      ],
      ['its namespace does not exist'],
      [expect.stringContaining('column invoice.total is different (type: bigint, and not integer)')],
    ])
    expect(await asked(['one'], { counting: { tenantRole: null, partitions: 'any', ignore: ['invoice'] } })).toEqual([
      [],
    ])
  })

  it('says which names are taken', async () => {
    await make(
      'taken',
      `CREATE INDEX note_a ON other (a); CREATE TYPE kind AS ENUM ('a'); CREATE FUNCTION fee(text) RETURNS int LANGUAGE sql AS 'SELECT 1';
       CREATE TABLE word (a int); ALTER TABLE other ADD CONSTRAINT positive CHECK (a > 0)`,
    )
    const adds = {
      relations: ['note_a', 'word', 'kind'],
      types: ['kind', 'free'],
      routines: [{ name: 'fee', signature: 'fee(text)' }],
      constraints: [
        { table: 'other', name: 'positive' },
        { table: 'invoice', name: 'positive' },
      ],
    }
    expect(await asked(['taken', 'base'], { adds })).toEqual([
      [
        'the change makes kind, and there is a type of that name',
        'the change makes note_a, and there is an index of that name',
        'the change makes other.positive, and there is a constraint of that name',
        'the change makes word, and there is a table of that name',
        'the change makes fee(text), and there is a function of that name',
      ],
      [],
    ])
  })

  it('says what is missing on a server: its major, extensions, roles', async () => {
    const elsewhere = { ...base, printing: { major: 9, extensions: {} } }
    expect(await asked(['base'], { expected: elsewhere, roles: ['nobody_at_all', OWNER] })).toEqual([
      [
        expect.stringContaining('and its project was recorded on 9'),
        'role nobody_at_all, which the change or what it touches names, does not exist on its server',
      ],
    ])
    const used = { ...base, printing: { ...base.printing, extensions: { not_there: 'public', plpgsql: 'pg_catalog' } } }
    expect(await asked(['base'], { expected: used })).toEqual([
      ['extension not_there is not in its database: run `CREATE EXTENSION not_there` there'],
    ])
    const moved = { ...base, printing: { ...base.printing, extensions: { plpgsql: '<namespace>' } } }
    expect(await asked(['base'], { expected: moved })).toEqual([
      [expect.stringContaining('extension "plpgsql" is in namespace pg_catalog')],
    ])
  })

  it('says for whom our role may not act, and who may create nothing', async () => {
    await make(
      'owned',
      `ALTER SCHEMA owned OWNER TO ${OWNER}; GRANT USAGE ON SCHEMA owned TO ${WORKER}; GRANT SELECT ON invoice TO ${WORKER}`,
    )
    const rights = async () => {
      await client.query(`SET ROLE ${WORKER}`)
      const [told] = await asked(['owned'], { touches: NOTHING })
      await client.query('RESET ROLE')
      return told
    }
    const mayNot = `our role ${WORKER} may not act as ${OWNER}, to whom the namespace belongs: run \`GRANT ${OWNER} TO ${WORKER}\``
    expect(await rights()).toEqual([mayNot])
    await client.query(`GRANT ${OWNER} TO ${WORKER}`)
    expect(await rights()).toEqual([])
    await client.query(`REVOKE CREATE ON SCHEMA owned FROM ${OWNER}`)
    expect(await rights()).toEqual([`${OWNER}, to whom the namespace belongs, may not create objects in it`])
  })

  it('tells one whose tables somebody holds alone', async () => {
    await make('held')
    const other = await fleet.connect()
    await other.query('BEGIN; LOCK held.invoice IN ACCESS EXCLUSIVE MODE')
    const question = {
      adds: ADDS_NOTHING,
      touches: { ...NOTHING, relations: ['invoice'] },
      expected: base,
      bases: ['base'],
      roles: [],
    }
    const counting = { tenantRole: null, partitions: 'any' as const, ignore: [] }
    const answers = await preflightSql(client, ['held', 'base'], { ...question, counting })
    await other.query('ROLLBACK')
    expect(answers).toEqual([
      { namespace: 'held', obstacles: [], error: expect.objectContaining({ code: '55P03' }) },
      { namespace: 'base', obstacles: [] },
    ])
  })
})
