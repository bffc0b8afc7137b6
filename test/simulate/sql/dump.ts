/** A namespace as Postgres itself describes it, with what people's own SQL makes besides tables: one line for each object. */
import type { ClientBase } from 'pg'
import { OBJECTS } from '../../fixtures/dump.ts'

const MORE = `
  with own as (
    select c.oid, c.relname, c.relkind, c.relacl, c.relowner, n.nspowner
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relname !~ '^_aside_' and c.relkind in ('r', 'p', 'v', 'm', 'S')
  )
  select format('%s: view %s', relname, pg_get_viewdef(oid)) as line from own where relkind in ('v', 'm')
  union all
  select format('%s: owner %s, rights %s', relname,
           case when relowner = nspowner then 'owner' else relowner::regrole::text end,
           (select string_agg(entry, ', ' order by entry)
              from (select case when grantee = relowner then 'owner' else coalesce(nullif(grantee, 0)::regrole::text, 'all') end
                           || ' ' || privilege_type as entry
                      from aclexplode(coalesce(relacl, acldefault(case relkind when 'S' then 's'::"char" else 'r' end, relowner)))) as rights))
    from own
  union all
  select format('type %I of %s', t.typname, (select string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder)
           from pg_enum e where e.enumtypid = t.oid))
    from pg_type t join pg_namespace n on n.oid = t.typnamespace
   where n.nspname = $1 and t.typtype = 'e'
  union all
  select format('comment on %s %s: %s', pg_describe_object(d.classoid, d.objoid, 0), d.objsubid, d.description)
    from pg_description d join own on d.objoid = own.oid and d.classoid = 'pg_class'::regclass
  order by 1`

/** The lines of a namespace, whose name stands as \`NS\`; the session's search path must be \`pg_catalog\`. */
export async function sqlDump(client: ClientBase, namespace: string): Promise<readonly string[]> {
  const lines: string[] = []
  for (const [text, name] of [
    [OBJECTS, `"${namespace}"`],
    [MORE, namespace],
  ] as const) {
    const { rows } = await client.query<{ line: string }>(text, [name])
    lines.push(...rows.map(({ line }) => line))
  }
  return lines.map((line) => line.replaceAll('\n', ' ').replaceAll(`${namespace}.`, 'NS.')).sort()
}
