/** The target of a form: provisioned, with the rows of its case and many more. */
import pg from 'pg'
import type { Target } from '../../src/contract.ts'
import { provisionSql, schemaHashOf } from '../../src/physical/plan/planMutation.ts'
import { projectSchema } from '../../src/physical/project.ts'
import { provisionTarget } from '../../src/postgres/target/provisionTarget.ts'
import { rowsOf, settingOf } from '../postgres/cases/setting.ts'
import type { BusyDatabase } from './course.ts'
import { fill } from './fill.ts'
import type { Form } from './forms.ts'

/** The table that is large. */
export const TABLE = 'food'

/** Room for another version of each row on its page: a backfill computes half as much, and locks what it locks anyway. */
const FILL_PERCENT = 45

/** What the target of a form holds at first. */
export type Furniture = Pick<Form, 'form' | 'before' | 'rows'>

/** The bare setting, which most forms begin with. */
export const PLAIN: Furniture = { form: 'plain' }

/** Whether a form begins with the bare setting. */
export function isPlain(form: Furniture): boolean {
  return (form.before ?? []).length === 0 && (form.rows ?? '') === '' && !isDistinct(form)
}

/** The target in that namespace, if it is there already. */
export function targetIn(namespace: string): Target {
  return { scope: 't', server: 's1', namespace, incarnation: 'one' }
}

/** Makes it. */
export async function furnish(
  { pools, client }: Pick<BusyDatabase, 'pools' | 'client'>,
  form: Furniture,
  rows: number,
  namespace: string,
): Promise<Target> {
  const before = settingOf(form.before)
  const target = targetIn(namespace)
  await provisionTarget(pools, {
    target,
    projectId: 'p',
    revision: 6,
    statements: provisionSql(projectSchema(before)),
    schemaHash: schemaHashOf(6, before),
  })
  const table = `${pg.escapeIdentifier(namespace)}.${pg.escapeIdentifier(TABLE)}`
  await client.query(`alter table ${table} set (fillfactor = ${FILL_PERCENT})`)
  await client.query(rowsOf(form).replaceAll(':ns', pg.escapeIdentifier(namespace)))
  await fill(client, { namespace, table: TABLE, like: 'f1', rows, distinct: isDistinct(form) })
  return target
}

/** A rule that rows are unique needs rows that are; another type needs values that fit it. */
function isDistinct({ form }: Furniture): boolean {
  return /unique/.test(form)
}
