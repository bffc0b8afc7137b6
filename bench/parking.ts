/** One tenant in a hundred fails, is parked, and is brought up again. */
import pMap from 'p-map'
import type { ApplyOptions } from '../src/client.ts'
import { ident } from '../src/physical/sql.ts'
import { namespaceOf, withClient } from './databases.ts'
import type { Measurement } from './measurement.ts'
import { measured, type SagaRun, timed, timeOperation } from './sagaRun.ts'
import { addColumn, columnOf, TABLE } from './schema.ts'

const EVERY = 100
const ROUND = 90
const CATCH_UPS_AT_ONCE = 8

/** Applies a change that cannot run on 1 % of the tenants, then removes the obstacle and catches them up. */
export async function measureParking(run: SagaRun, options: ApplyOptions): Promise<Measurement[]> {
  const { client } = run.stack
  const tenants = Array.from({ length: Math.floor(run.fleet / EVERY) }, (_, index) => namespaceOf(index * EVERY))
  await onEach(run, tenants, (table) => `ALTER TABLE ${table} ADD COLUMN ${ident(columnOf(ROUND))} text`)
  const park: ApplyOptions = { ...options, onTenantFailure: 'park', maxParked: '5%' }
  const { ms, footprint, document } = await timeOperation(run, addColumn(ROUND), park)
  const parked = { ...measured(run, 'apply, 1 % fails', ms, footprint), note: `${document.tenants.parked} parked` }
  await onEach(run, tenants, (table) => `ALTER TABLE ${table} DROP COLUMN ${ident(columnOf(ROUND))}`)
  const time = await timed(() =>
    pMap(tenants, (tenant) => client.catchUpTenant(run.project, tenant), { concurrency: CATCH_UPS_AT_ONCE }),
  )
  return [parked, { ...measured(run, 'catch-up of 1 %', time), tenants: tenants.length }]
}

async function onEach(run: SagaRun, namespaces: readonly string[], sql: (table: string) => string): Promise<void> {
  await withClient(run.targetsUrl, async (client) => {
    for (const namespace of namespaces) await client.query(sql(`${ident(namespace)}.${ident(TABLE)}`))
  })
}
