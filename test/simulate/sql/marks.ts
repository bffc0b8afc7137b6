/** The law that a change of rows has been run exactly once, or not at all. */
import type { ProjectFacts, TargetFact } from '../laws/facts.ts'
import type { Violation, World } from '../types.ts'
import { lookAtTables } from './facts.ts'
import { notesOf } from './notes.ts'
import type { SqlTenant } from './tenant.ts'

/** Every mark in every row of a tenant. */
export async function marksViolations(
  world: World,
  project: ProjectFacts,
  tenant: SqlTenant,
  target: TargetFact,
): Promise<readonly Violation[]> {
  const fills = [...notesOf(world)].flatMap(([id, note]) => note.fills.map((fill) => ({ id, note, ...fill })))
  if (fills.length === 0) return []
  const found: Violation[] = []
  for (const table of await lookAtTables(tenant.observer, tenant.namespace)) {
    for (const { name: column } of table.columns.filter(({ name }) => name.startsWith('k_'))) {
      const { rows } = await tenant.observer.query<{ id: string; value: string }>(
        `select id::text, ${column}::text as value from ${tenant.namespace}.${table.name} where ${column} like '%#%'`,
      )
      for (const { id: operation, note, mark } of fills) {
        const status = project.operations.find(({ id }) => id === operation)?.status ?? null
        const most = status === 'committed' || !note.undoes ? 1 : status === 'failed' || status === 'cancelled' ? 0 : 1
        const broken = rows.find(({ value }) => value.split(mark).length - 1 > most)
        if (broken !== undefined)
          found.push(
            violation(
              most === 0 ? 'not-undone' : 'done-twice',
              `${tenant.name} (${target.state}): ${table.name}.${column} of row ${broken.id} is ${broken.value} after ${operation} (${status})`,
            ),
          )
      }
    }
  }
  return found
}

function violation(kind: string, detail: string): Violation {
  return { law: 'lost-value', kind, detail }
}
