/** What operations left active on targets without anybody having it on record: restored dumps, removed tenants. */
import { onCatalog, type Queryable } from '../pool.ts'

/** What was found on a target by its name. */
export interface FoundDebt {
  readonly scope: string
  /** How its operation is called in names on targets; null where they bear none. */
  readonly operationName: string | null
  readonly object: string
}

/** Keeps what was found, so that whoever asks for the tenant is told. */
export async function recordFound(db: Queryable, project: string, found: readonly FoundDebt[]): Promise<void> {
  if (found.length === 0) return
  await onCatalog(() =>
    db.query(
      `insert into schema_saga.settle_debt (project_id, tenant_id, operation_id, objects)
       select $1, f.scope, coalesce(o.id, ''), array_agg(f.object order by f.object)
         from unnest($2::text[], $3::text[], $4::text[]) as f (scope, name, object)
         left join lateral (
           select o.id from schema_saga.operation o
            where o.id = f.name
               or length(o.id) > 12 and left(encode(sha256(convert_to(to_json(o.id)::text, 'UTF8')), 'hex'), 8) = f.name
            order by o.seq desc limit 1) o on true
        where f.scope = '' or exists (select from schema_saga.tenant t where t.project_id = $1 and t.id = f.scope)
        group by f.scope, o.id
       on conflict (project_id, tenant_id, operation_id) do update set objects = excluded.objects`,
      [
        project,
        found.map(({ scope }) => scope),
        found.map(({ operationName }) => operationName),
        found.map(({ object }) => object),
      ],
    ),
  )
}
