/** Whether columns of a target are in the order that a text relies on: values would land in others without a word. */
import { TargetDrifted } from '../../../errors.ts'
import { readColumnOrder } from '../../record/readColumnOrder.ts'
import { whereOf } from '../../sessions/servers.ts'
import type { StageTry } from '../stage/protocol.ts'

/** `SELECT *` and `INSERT` without columns meet hidden columns as any other. */
async function requireNoneHidden({
  client,
  namespace,
  work,
  tables,
}: Pick<StageTry, 'client' | 'namespace' | 'work'> & { readonly tables: readonly string[] }): Promise<void> {
  const { rows } = await client.query<{ column: string }>(
    `SELECT quote_ident(c.relname) || '.' || quote_ident(a.attname) AS column
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
      WHERE n.nspname = $1 AND c.relname = ANY ($2::name[]) AND starts_with(a.attname::text, '_aside_') ORDER BY 1`,
    [namespace, tables],
  )
  const hidden = rows.map(({ column }) => column)
  if (hidden.length === 0) return
  throw new TargetDrifted(
    'TARGET_UNFIT',
    `${whereOf(work.target)}: the text relies on the columns of a table in their order, and ${hidden.join(', ')} is still among them: name the columns in the text, or drop what is hidden with \`set-aside purge\`.`,
    { details: { objects: hidden } },
  )
}

/** Before anything is run. Errors: `TARGET_UNFIT` with the tables. */
export async function requireSameOrder({ client, namespace, work }: StageTry): Promise<void> {
  const expected = Object.entries(work.plan.sqlChange?.order ?? {})
  if (expected.length === 0) return
  const found = await readColumnOrder(client, namespace)
  const unlike = expected.flatMap(([table, columns]) => {
    const there = found.get(table)?.filter((each) => columns.includes(each)) ?? []
    // What is missing is told by whatever needs it.
    const known = columns.filter((each) => there.includes(each))
    return known.every((each, index) => each === there[index]) ? [] : [`${table} (${there.join(', ')})`]
  })
  await requireNoneHidden({ client, namespace, work, tables: expected.map(([table]) => table) })
  if (unlike.length === 0) return
  throw new TargetDrifted(
    'TARGET_UNFIT',
    `${whereOf(work.target)}: the text relies on the order of columns, which is not that of the base: ${unlike.join('; ')}. Name the columns in the text.`,
    { details: { objects: unlike } },
  )
}
