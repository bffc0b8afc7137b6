/** News of a world, for whoever reads its story. */
import type { World } from '../types.ts'

/** What has become of operations and tenants since the last time: without it nobody understands a story. */
export async function tellNews({ catalog, log }: World, known: Map<string, string>): Promise<void> {
  const { rows } = await catalog.query<{ name: string; state: string }>(
    `select id as name, concat_ws(' ', status, 'at revision ' || revision, case when paused then 'paused' end,
              case when turn = 'waiting' then 'waiting for its turn' end, left(error, 200)) as state
       from schema_saga.operation where id <> project_id || '-first'
     union all
     select project_id || '/' || id, concat_ws(' ', state, cause, 'at revision ' || revision)
       from schema_saga.tenant where state <> 'active'`,
  )
  for (const { name, state } of rows) {
    if (known.get(name) !== state) log(`  ${name}: ${state}`)
    known.set(name, state)
  }
}
