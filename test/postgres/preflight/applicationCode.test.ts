import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Target } from '../../../src/contract.ts'
import { type ApplicationQuestion, questionOf } from '../../../src/physical/plan/applicationCode.ts'
import { planMutation } from '../../../src/physical/plan/planMutation.ts'
import { lookAtApplication } from '../../../src/postgres/application/applicationLook.ts'
import { createTargetPools, type TargetPools } from '../../../src/postgres/sessions/pools.ts'
import { type FreshDatabase, freshDatabase, onServer } from '../../fixtures/database.ts'
import { field, foodSchema } from '../rows/shop.ts'

type Mutation = Parameters<typeof planMutation>[0]['mutation']

const ROLE = `owner_${randomBytes(4).toString('hex')}`
const APP = `app_${randomBytes(4).toString('hex')}`
const SCHEMA = foodSchema(field('Price'), field('Note'), field('Doc', { field_type: 'object' }))
const target = (scope: string, server = 'own'): Target => ({ scope, server, namespace: scope, incarnation: 'i' })
const T1 = target('t1')
const T2 = target('t2')

function asked(...mutations: readonly unknown[]): ApplicationQuestion {
  const mutation = { type: 'publish_schema_changeset', mutations } as Mutation
  return questionOf(planMutation({ schema: SCHEMA, revision: 1, mutation, operationId: 'op' }))
}
const on = (operation: string, field_name: string, more = {}) => ({
  type: 'model_field_operation',
  operation,
  model_name: 'food',
  field_name,
  ...more,
})
const RENAME = on('rename', 'price', { new_name: 'cost' })
const REQUIRED = { ...field('note', { is_update: true }), validation: { required: true, default: '-' } }

/** Two namespaces in which an application has code of its own; ours is a role like any other. */
let database: FreshDatabase
let pools: TargetPools
let su: pg.Client

const plpgsql = (name: string, body: string, returns = 'void') =>
  `CREATE FUNCTION ${name} RETURNS ${returns} LANGUAGE plpgsql AS $f$ BEGIN ${body} END $f$;`
const row = (name: string, body: string) => plpgsql(`${name}()`, `${body}; RETURN NEW;`, 'trigger')

beforeAll(async () => {
  database = await freshDatabase()
  await onServer(`CREATE ROLE ${ROLE} LOGIN PASSWORD 'o' NOSUPERUSER; CREATE ROLE ${APP}`)
  su = new pg.Client({ connectionString: database.url })
  await su.connect()
  const url = new URL(database.url)
  url.username = ROLE
  url.password = 'o'
  pools = createTargetPools({
    server: (id) => ({ id, dsnEnv: id, maxSessions: 4, databasePerTenant: false }),
    dsn: (id) => (id === 'away' ? undefined : url.href),
  })
  for (const name of ['t1', 't2']) {
    await su.query(`CREATE SCHEMA ${name} AUTHORIZATION ${ROLE};
      CREATE TABLE ${name}.food (id text PRIMARY KEY, price text, note text, doc jsonb)`)
  }
  await su.query(`
    CREATE SCHEMA app; CREATE SCHEMA lib; CREATE SCHEMA island; CREATE SCHEMA stranger; CREATE SCHEMA schema_saga_target;
    CREATE TABLE schema_saga_target.target (namespace text); INSERT INTO schema_saga_target.target VALUES ('stranger');
    ALTER ROLE ${APP} IN DATABASE ${url.pathname.slice(1)} SET search_path = "$user", App, stranger;
    GRANT SELECT ON ALL TABLES IN SCHEMA schema_saga_target TO ${ROLE}; GRANT USAGE ON SCHEMA schema_saga_target TO ${ROLE};
    ${plpgsql('t1.total(f t1.food)', `PERFORM f."price";`)}
    ${plpgsql('t2.shouts()', `EXECUTE 'select Food.PRICE from food';`)}
    ${plpgsql('t2.other()', `PERFORM price_list, old_price FROM prices;`)}
    CREATE PROCEDURE t2.raise() LANGUAGE sql AS 'UPDATE t2.food SET price = price';
    CREATE FUNCTION t2.parsed() RETURNS text BEGIN ATOMIC SELECT max(price) FROM t2.food; END;
    ${plpgsql('t2.schema_saga_sync_x_1()', 'PERFORM price;')}
    ${plpgsql('app.shared()', 'PERFORM price FROM food;')}
    ${plpgsql('island.unreachable()', 'PERFORM price FROM food;')}
    ${plpgsql('stranger.of_others()', 'PERFORM price FROM food;')}
    ${row('lib.watch', 'NEW.price = NEW.price')}
    CREATE TRIGGER watch BEFORE INSERT ON t2.food FOR EACH ROW EXECUTE FUNCTION lib.watch();
    ${row('lib.generic', 'PERFORM to_jsonb(NEW) -> TG_ARGV[1]')}
    CREATE TRIGGER given BEFORE INSERT ON t2.food FOR EACH ROW EXECUTE FUNCTION lib.generic('of', 'price')`)
})
afterAll(async () => {
  await pools?.close()
  await su?.end()
  await database?.drop()
  await onServer(`DROP ROLE ${ROLE}; DROP ROLE ${APP}`)
})

const codeOf = async (question: ApplicationQuestion): Promise<string[]> => {
  const { code } = await lookAtApplication(pools, [T1, T2], question)
  return code.map((each) => `${each.object} ${each.function} ${each.tenants.join(' ')}`).sort()
}

describe('code that names what a plan takes away', () => {
  test('is found as a word in any spelling, in the targets and where a search path or a trigger reaches', async () => {
    expect(await codeOf(asked(RENAME))).toEqual([
      'food.price app.shared() t1 t2',
      'food.price lib.generic() t2',
      'food.price lib.watch() t2',
      'food.price parsed() t2',
      'food.price raise() t2',
      'food.price shouts() t2',
      'food.price total(f food) t1',
    ])
  })

  test.each<[string, unknown, string]>([
    ['replaced', on('change_type', 'price', { changed_type: 'number', input_type: 'int' }), 'food.price'],
    ['hidden', on('delete', 'price'), 'food.price'],
    ['hidden with its table', { type: 'delete_model', model_name: 'food' }, 'food'],
    ['renamed with its table', { type: 'rename_model', model_name: 'food', new_name: 'dish' }, 'food'],
  ])('also where it is %s', async (_, mutation, object) => {
    expect(await codeOf(asked(mutation))).toContain(`${object} parsed() t2`)
    expect(await codeOf(asked(mutation))).toContain(`${object} app.shared() t1 t2`)
  })

  test('is told by the name that things have before the plan, once', () => {
    const dish = { ...RENAME, model_name: 'dish' }
    const twice = { ...dish, field_name: 'cost', new_name: 'worth' }
    const { names } = asked({ type: 'rename_model', model_name: 'food', new_name: 'dish' }, dish, twice)
    expect(names).toEqual([
      { table: 'food', column: null },
      { table: 'food', column: 'price' },
    ])
  })

  test('is not asked for by a plan that only adds', () => {
    expect(asked(field('Extra'))).toEqual({ names: [], batches: [] })
  })

  test('is told of some tenants by name, and of the others by number', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `many${String(index).padStart(2, '0')}`)
    const made = names.map((name) => `CREATE SCHEMA ${name}; ${plpgsql(`${name}.f()`, 'PERFORM price FROM food;')}`)
    await su.query(made.join(' '))
    const { code } = await lookAtApplication(
      pools,
      names.map((name) => target(name)),
      asked(RENAME),
    )
    expect(code).toContainEqual(
      expect.objectContaining({ function: 'f()', tenants: names.slice(0, 10), tenant_count: 12 }),
    )
  })

  test('is looked for where the databases answer, and the others are counted', async () => {
    const look = await lookAtApplication(pools, [T1, target('far', 'away')], asked(RENAME))
    expect(look).toMatchObject({ targets: 2, unreachable: 1, problems: [{ scope: 'far' }] })
    expect(look.code.map((each) => each.function)).toContain('total(f food)')
  })
})

test('bookkeeping that our role may not read keeps no code from being found', async () => {
  await su.query(`REVOKE USAGE ON SCHEMA schema_saga_target FROM ${ROLE}`)
  try {
    expect(await codeOf(asked(RENAME))).toContain('food.price total(f food) t1')
  } finally {
    await su.query(`GRANT USAGE ON SCHEMA schema_saga_target TO ${ROLE}`)
  }
})

describe('triggers that batches fire', () => {
  beforeAll(async () => {
    const all = (name: string) => `${row(`${name}.stamp`, 'NEW.doc = NEW.doc')}
      CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON ${name}.food FOR EACH ROW EXECUTE FUNCTION ${name}.stamp();
      CREATE TRIGGER told AFTER UPDATE ON ${name}.food EXECUTE FUNCTION lib.watch();
      CREATE TRIGGER of_price BEFORE UPDATE OF price ON ${name}.food FOR EACH ROW EXECUTE FUNCTION lib.watch();
      CREATE TRIGGER only_insert AFTER INSERT ON ${name}.food EXECUTE FUNCTION lib.watch();
      CREATE TRIGGER off BEFORE UPDATE ON ${name}.food FOR EACH ROW EXECUTE FUNCTION lib.watch();
      ALTER TABLE ${name}.food DISABLE TRIGGER off;
      CREATE TRIGGER replica BEFORE UPDATE ON ${name}.food FOR EACH ROW EXECUTE FUNCTION lib.watch();
      ALTER TABLE ${name}.food ENABLE REPLICA TRIGGER replica;`
    await su.query(`${all('t1')} ${all('t2')}
      CREATE TRIGGER of_note BEFORE UPDATE OF note ON t2.food FOR EACH ROW EXECUTE FUNCTION t2.stamp()`)
  })

  test('are those of an update of these columns that are switched on, per tenant where tenants differ', async () => {
    const { triggers } = await lookAtApplication(pools, [T1, T2], asked(REQUIRED))
    const lines = triggers.map(
      (each) => `${each.direction} ${each.trigger} ${each.function} ${each.everywhere || each.tenants}`,
    )
    const fired = ['of_note stamp() t2', 'stamp stamp() true', 'told lib.watch() true']
    expect(lines.sort()).toEqual([
      ...fired.map((each) => `compensation ${each}`),
      ...fired.map((each) => `forward ${each}`),
    ])
  })

  test('are told under the name that a table has before the plan; a new column is known to none of them', async () => {
    const rename = { type: 'rename_model', model_name: 'food', new_name: 'dish' }
    const question = asked(rename, { ...on('duplicate', 'price', { new_name: 'cost' }), model_name: 'dish' })
    expect(question.batches).toEqual([{ table: 'food', columns: [], direction: 'forward' }])
    const { triggers } = await lookAtApplication(pools, [T1], question)
    expect(triggers.map(({ trigger }) => trigger)).toEqual(['stamp', 'told'])
  })
})
