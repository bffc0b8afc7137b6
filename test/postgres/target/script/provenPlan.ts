/** Plans of people's own SQL as an operation makes them, proven on a namespace that is the base. */
import type { Target } from '../../../../src/contract.ts'
import type { Plan } from '../../../../src/physical/plan/plan.ts'
import { planSql } from '../../../../src/physical/plan/planSql.ts'
import { writeUndo } from '../../../../src/postgres/catalog/sql/changeTexts.ts'
import { changeHazards } from '../../../../src/postgres/proof/changeHazards.ts'
import { proveChange } from '../../../../src/postgres/proof/proveChange.ts'
import { seenIn } from '../../../../src/postgres/proof/seenIn.ts'
import { pairedDown } from '../../../../src/sql/change/pairedDown.ts'
import { readScript } from '../../../../src/sql/script/readScript.ts'
import { type TestFleet, target } from '../../fleet.ts'

const NAME = '0042'
const COUNTING = { tenantRole: null, partitions: 'any', ignore: [] } as const

/** From revision 1 to 2, for targets of `fleet.ts`. */
export async function provenPlan(
  { pools }: Pick<TestFleet, 'pools'>,
  base: string,
  { up, down }: { readonly up: string; readonly down?: string },
): Promise<Plan> {
  const forward = await readScript(NAME, up, { namespace: null })
  const back = down === undefined ? null : await readScript(`${NAME} (down)`, down, { namespace: null })
  const place = { server: 'alpha', namespace: base }
  const proof = await pools.withClient(place, (client, namespace) =>
    proveChange(client, {
      namespace,
      where: base,
      shared: [],
      name: NAME,
      up: forward,
      undo: back === null ? forward.stages.map(() => null) : pairedDown(NAME, forward, back).stages,
      beside: (ask) => pools.withSideClient(place, ask),
      write: (stage, before, after) => writeUndo(NAME, stage, before, after),
    }),
  )
  return planSql({
    schema: { models: [] } as unknown as Plan['nextSchema'],
    revision: 1,
    schemaHash: 'hash-1',
    up: forward,
    down: proof.down,
    hazards: await changeHazards({ up: forward, down: proof.down }, proof),
    change: {
      ...seenIn(proof, [base], COUNTING),
      name: NAME,
      up,
      down: down ?? null,
      wayBack: proof.wayBack,
      chain: 'chain',
      rowsNotProven: [],
    },
  })
}

/** A target, and a change to it that was proven on its base. */
export interface Setting {
  readonly of: Target
  readonly plan: Plan
  /** What a query over the target's namespace answers. */
  readonly ask: <Row>(sql: string) => Promise<readonly Row[]>
}

/** A base without rows and a target with them, and a text that was proven on the base. */
export async function setting(
  fleet: TestFleet,
  namespace: string,
  { tables, rows, onBase = '' }: { readonly tables: string; readonly rows: string; readonly onBase?: string },
  text: { readonly up: string; readonly down?: string },
): Promise<Setting> {
  const base = `${namespace}_base`
  const of = await target(fleet, namespace, { statements: [] })
  await fleet.client.query(`CREATE SCHEMA ${base}; SET search_path = ${base}; ${tables}; ${onBase}`)
  await fleet.client.query(`SET search_path = ${namespace}; ${tables}; ${rows}; RESET search_path`)
  return {
    of,
    plan: await provenPlan(fleet, base, text),
    ask: async <Row>(sql: string) => {
      await fleet.client.query(`SET search_path = ${namespace}`)
      return (await fleet.client.query(sql)).rows as Row[]
    },
  }
}
