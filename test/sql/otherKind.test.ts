import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectSchemaSaga, type SchemaSagaClient } from '../../src/client.ts'
import { scanHealth } from '../../src/postgres/drift/health.ts'
import { CONFIG } from '../client/temporalStub.ts'
import { runCommand } from '../commands/fakeSurroundings.ts'
import { importAll, openSqlFleet, type SqlFleet } from './sqlFleet.ts'

let fleet: SqlFleet
/** Nothing is at the address of its Temporal: what is refused here, needs no worker. */
let client: SchemaSagaClient
beforeAll(async () => {
  fleet = await openSqlFleet()
  client = await connectSchemaSaga({ config: { ...CONFIG, catalogUrl: fleet.catalogUrl } })
  await client.createProject({ id: 'modelled', base: null, actor: 'test' })
})
afterAll(async () => {
  await client.close()
  await fleet.close()
})

/** A hash of all rows of each table of the catalog. */
async function everything(): Promise<unknown> {
  const { rows } = await fleet.catalog.query(
    `select table_name, query_to_xml(format('select md5(string_agg(t::text, chr(10) order by t::text)) as rows from schema_saga.%I t',
            table_name), true, false, '')::text as rows
       from information_schema.tables where table_schema = 'schema_saga' order by 1`,
  )
  return rows
}

describe('what fits only the other kind of project', () => {
  it.each([
    ['apply shop food.json', /it has no models that create_model could change/],
    ['apply shop food.json --dry-run', /it has no models that create_model could change/],
    ['plan shop food.json', /it has no models that create_model could change/],
    ['health shop', /`drift` compares its targets/],
    ['tenant import shop --server alpha --like x% --baseline x', /what its base was made of/],
    ['tenant import shop --server alpha --like x% --as-they-are', /are compared with its base/],
    ['project set shop auto_repair=additive', /nothing can be added to its targets by itself/],
    ['project set modelled tenant_role={namespace}_app', /tenant_role is for those that are described by SQL/],
    ['project set modelled seed=role', /seed is for those that are described by SQL/],
    ['project set modelled partitions=exact', /partitions is for those that are described by SQL/],
    ['tenant import modelled --server alpha --like x% --at-newest', /told by their models/],
  ])('is refused in one sentence, and changes nothing: %s', async (line, sentence) => {
    const before = await everything()
    const connect = async () => ({ ...client, close: async () => {} })
    const { stderr, stdout, exitCode } = await runCommand(line.split(' '), {}, { connect })
    expect(exitCode).toBe(3)
    expect(stdout).toBe('')
    expect(stderr).toMatch(/^error PROJECT_KIND: Project "\w+" is described by (SQL|models): [^\n]*\.\n$/)
    expect(stderr).toMatch(sentence)
    expect(await everything()).toEqual(before)
  })

  it('is refused by workers as well, whoever asked them', async () => {
    const { catalog, pools, project } = fleet
    const kind = { code: 'PROJECT_KIND' }
    await expect(scanHealth({ catalog, pools, project })).rejects.toMatchObject(kind)
    const other = importAll({ ...fleet, project: 'modelled' }, { like: 'x%', among: 'newest' })
    await expect(other).rejects.toMatchObject(kind)
  })

  it('is nothing that its kind has: settings, lists and the schema are there', async () => {
    const told = async (line: string) => {
      const connect = async () => ({ ...client, close: async () => {} })
      const { stdout, exitCode } = await runCommand(line.split(' '), {}, { connect })
      expect(exitCode ?? 0).toBe(0)
      return stdout
    }
    expect(await told('project set shop tenant_role={namespace}_app partitions=exact')).toContain('partitions: exact')
    await told('project set shop tenant_role=none partitions=any')
    expect(await told('project show shop')).toContain('described by SQL')
    await told('tenant list shop')
    await told('operation list shop')
    expect(await told('schema show shop')).toBe(`revision 1, 9 lines of 3 relations and 2 others

table invoice
  column invoice.id: bigint, default nextval('invoice_id_seq'::regclass), not null
  column invoice.total: numeric, default 0, not null
  constraint invoice.invoice_pkey: PRIMARY KEY (id)

view large: SELECT id FROM invoice WHERE total > 100::numeric;
  column large.id: bigint

sequence invoice_id_seq: sequence {"max":"9223372036854775807","min":"1","type":"bigint","cache":"1","cycle":false...

function fee(numeric): body SELECT amount / 10, cost 100, returns numeric, language sql, arguments amount numeric
owned by sequence invoice_id_seq: column invoice.id
`)
    expect(await client.showSchema('shop', 0)).toEqual({ revision: 0, schema: { models: [] } })
  })
})
