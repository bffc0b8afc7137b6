import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { payFound } from '../../../src/activities/debts/payFound.ts'
import type { Target } from '../../../src/contract.ts'
import { operationName } from '../../../src/physical/plan/operationName.ts'
import { requireServer } from '../../../src/postgres/catalog/projects/servers.ts'
import { createTargetPools, type TargetPools } from '../../../src/postgres/sessions/pools.ts'
import { databaseUrl, onServer } from '../../fixtures/database.ts'
import { FOOD } from '../adoption/scene.ts'
import { openProjectFleet, type ProjectFleet } from '../projectFleet.ts'
import { restoreBegun, settled, toNumber } from './scene.ts'

const RUN = randomBytes(4).toString('hex')
const [OURS, CAROL] = [`ours_${RUN}`, `carol_${RUN}`]
let fleet: ProjectFleet
let pools: TargetPools
let bob: Target
let sync: string
beforeAll(async () => {
  fleet = await openProjectFleet()
  await fleet.commit(FOOD)
  bob = await fleet.addTenant('bob')
  const id = await settled(fleet, toNumber('note'))
  sync = `schema_saga_sync_${operationName(id)}_1`
  await restoreBegun(fleet, bob, id)
  await fleet.alpha.query(`
    CREATE ROLE ${OURS} LOGIN PASSWORD 'o' NOSUPERUSER; CREATE ROLE ${CAROL} NOSUPERUSER;
    ALTER SCHEMA shop_bob OWNER TO ${CAROL}; GRANT ALL ON SCHEMA shop_bob, schema_saga_target TO ${OURS};
    GRANT ALL ON ALL TABLES IN SCHEMA schema_saga_target TO ${OURS};
    ALTER TABLE shop_bob.food OWNER TO ${OURS};
    CREATE TABLE shop_bob.theirs (id text, name text);
    ALTER TABLE shop_bob.theirs ADD CONSTRAINT _aside_proof_x CHECK (name IS NOT NULL) NOT VALID;
    ALTER TABLE shop_bob.theirs OWNER TO ${CAROL};
    ALTER FUNCTION shop_bob."${sync}"() OWNER TO ${CAROL}`)
  const { rows } = await fleet.alpha.query<{ name: string }>('SELECT current_database() AS name')
  const url = new URL(databaseUrl(rows[0]?.name ?? ''))
  url.username = OURS
  url.password = 'o'
  pools = createTargetPools({ server: (server) => requireServer(fleet.catalog, server), dsn: () => url.href })
})
afterAll(async () => {
  await pools?.close()
  await fleet?.alpha.query(`DROP OWNED BY ${OURS}, ${CAROL} CASCADE`)
  await fleet?.close()
  await onServer(`DROP ROLE IF EXISTS ${OURS}`)
  await onServer(`DROP ROLE IF EXISTS ${CAROL}`)
})

const pay = () => payFound({ catalog: fleet.catalog, targetPools: pools }, fleet.project, [bob])
const triggers = async () =>
  (await fleet.alpha.query(`SELECT FROM pg_trigger WHERE tgrelid = 'shop_bob.food'::regclass`)).rowCount

it('what another role owns is named with its owner and what ends it; what is ours comes off all the same', async () => {
  const { problems } = await pay()
  expect(problems).toMatchObject([
    {
      error: {
        code: 'TARGET_UNFIT',
        message: expect.stringMatching(
          `theirs: check _aside_proof_x was left active by a finished operation.* on a table of ${CAROL}, for whom our role ${OURS} may not act: let ${CAROL} run .ALTER TABLE "shop_bob"."theirs" DROP CONSTRAINT "_aside_proof_x"., or run .GRANT ${CAROL} TO ${OURS}.`,
        ),
      },
    },
  ])
  expect(await triggers()).toBe(0)
  await fleet.alpha.query('ALTER TABLE shop_bob.theirs DROP CONSTRAINT _aside_proof_x')
  // The function does nothing without its trigger.
  expect((await pay()).problems).toEqual([])
})
