/** The examples one after the other, while the restaurants go on writing rows. */
import { applyStep, mustBeCommitted, resultLine } from './applyStep.ts'
import type { Demo } from './demo.ts'
import { readExamples } from './examples.ts'
import { rowsAfter } from './inserts.ts'
import { RESTAURANTS } from './restaurants.ts'

/** Applies every file of `examples/`. */
export async function applyExamples(demo: Demo): Promise<void> {
  for (const { name, mutation } of await readExamples()) {
    const operation = await applyStep(demo, name, mutation)
    mustBeCommitted(operation)
    demo.say(resultLine(name, operation))
    await writeRows(demo, name)
  }
}

async function writeRows({ client, project, databases, say }: Demo, example: string): Promise<void> {
  let written = 0
  for (const tenant of await client.listTenants(project)) {
    const restaurant = RESTAURANTS.find((id) => id === tenant.id)
    const insert = restaurant === undefined ? null : rowsAfter(example, restaurant)
    if (insert === null) continue
    await databases.insert(tenant, insert)
    written += insert.rows.length
  }
  if (written > 0) say(`  ${''.padEnd(36)} the restaurants insert ${written} rows`)
}
