/** The law that nothing is lost that the application wrote. */
import type { ProjectFacts } from '../laws/facts.ts'
import type { Violation, World } from '../types.ts'
import { notesOf } from './notes.ts'
import type { ShadowTable } from './shadow.ts'
import type { SqlTenant } from './tenant.ts'

interface Present {
  readonly name: string
  /** The names of its columns, by number. */
  readonly columns: Readonly<Record<string, string>>
}

async function presentTables({ observer, namespace }: SqlTenant): Promise<ReadonlyMap<string, Present>> {
  const { rows } = await observer.query<Present & { oid: string }>(
    `select c.oid::text, c.relname as name,
            (select jsonb_object_agg(a.attnum, a.attname) from pg_attribute a
              where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns
       from pg_class c where c.relnamespace = to_regnamespace($1) and c.relkind = 'r'`,
    [namespace],
  )
  return new Map(rows.map(({ oid, ...present }) => [oid, present]))
}

/** What is there while nothing is at work has come to stay. */
export async function rememberDurable(tenant: SqlTenant): Promise<void> {
  for (const [oid, { name, columns }] of await presentTables(tenant)) {
    const known: ShadowTable = tenant.shadow.get(oid) ?? {
      name,
      columns: new Map(),
      durable: new Set(),
      rows: new Map(),
    }
    tenant.shadow.set(oid, known)
    known.name = name
    known.durable.add(0)
    for (const [number, column] of Object.entries(columns)) {
      known.columns.set(Number(number), column)
      known.durable.add(Number(number))
    }
  }
}

/** Rows and values that are not there any more. */
export async function lostSqlValues(
  world: World,
  project: ProjectFacts,
  tenant: SqlTenant,
): Promise<readonly Violation[]> {
  const present = await presentTables(tenant)
  const found: Violation[] = []
  for (const [oid, table] of tenant.shadow) {
    const now = present.get(oid)
    if (now === undefined) {
      if (table.durable.has(0) && table.rows.size > 0 && !mayLose(world, project, table.name))
        found.push(violation('lost-table', `${tenant.name}: ${table.name} is gone with ${table.rows.size} rows`))
      tenant.shadow.delete(oid)
      continue
    }
    found.push(...(await lostOf(world, project, tenant, { table, now, oid })))
  }
  return found
}

async function lostOf(
  world: World,
  project: ProjectFacts,
  tenant: SqlTenant,
  { table, now, oid }: { table: ShadowTable; now: Present; oid: string },
): Promise<readonly Violation[]> {
  const place = `"${tenant.namespace}"."${now.name}"`
  const { rows } = await tenant.observer.query<{ id: string; row: Record<string, string | null> }>(
    `select id::text, (select jsonb_object_agg(key, value) from jsonb_each_text(to_jsonb(t))) as row from ${place} t`,
  )
  const there = new Map(rows.map(({ id, row }) => [id, row]))
  const found: Violation[] = []
  const gone = new Set<number>()
  for (const [id, { cells, sure }] of table.rows) {
    const row = there.get(id)
    if (row === undefined) {
      if (sure) found.push(violation('lost-row', `${tenant.name}: row ${id} of ${now.name} (${oid}) is gone`))
      table.rows.delete(id)
      continue
    }
    for (const [number, { value, sure: known }] of cells) {
      const column = now.columns[number]
      if (column === undefined) gone.add(number)
      else if (known && (row[column] ?? null) !== value)
        found.push(
          violation('lost-value', `${tenant.name}: ${now.name}.${column} of row ${id} is ${row[column]}, not ${value}`),
        )
      if (column === undefined || (row[column] ?? null) !== value) cells.delete(number)
    }
  }
  for (const number of gone) {
    const column = table.columns.get(number)
    if (column === undefined || !table.durable.has(number)) continue
    if (!mayLose(world, project, `${table.name}.${column}`) && !mayLose(world, project, table.name))
      found.push(violation('lost-column', `${tenant.name}: ${table.name}.${column} is gone with its values`))
    table.durable.delete(number)
  }
  return found
}

/** Whether somebody has allowed an operation to lose it. */
function mayLose(world: World, project: ProjectFacts, name: string): boolean {
  return [...notesOf(world)].some(
    ([id, { drops }]) => project.operations.some((each) => each.id === id) && (drops === null || drops.includes(name)),
  )
}

function violation(kind: string, detail: string): Violation {
  return { law: 'lost-value', kind, detail }
}
