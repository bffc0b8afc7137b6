-- The bookkeeping of one target database: which operation, epoch and stage happened in which namespace.
-- Run under a transaction-level advisory lock by bookkeeping.ts; repeatable. Functions carry a version in their name,
-- so that workers of two releases can share a database.

create schema if not exists schema_saga_target;

create table if not exists schema_saga_target.version (version int not null);

-- One row per namespace: what it belongs to and where it stands.
create table if not exists schema_saga_target.target (
  namespace text primary key,
  incarnation text not null,
  project_id text not null,
  revision int not null,
  schema_hash text not null,
  updated_at timestamptz not null default now()
);

-- started: a stage outside a transaction began; applied: it happened; compensated: undone, or never to happen
-- (a tombstone); accepted: a person took it as it is.
create table if not exists schema_saga_target.marker (
  namespace text not null,
  incarnation text not null,
  operation_id text not null,
  epoch int not null,
  stage int not null,
  state text not null check (state in ('started', 'applied', 'compensated', 'accepted')),
  plan_hash text not null,
  at timestamptz not null default now(),
  primary key (namespace, operation_id, stage, epoch)
);

-- Tables and columns that were deleted logically and are kept under another name.
create table if not exists schema_saga_target.set_aside (
  namespace text not null,
  incarnation text not null,
  operation_id text not null,
  stage int not null,
  kind text not null check (kind in ('table', 'column')),
  table_name text not null,
  column_name text,
  aside_name text not null,
  at timestamptz not null default now(),
  primary key (namespace, aside_name)
);

-- Locks the target's row and checks that it is the target that is meant.
create or replace function schema_saga_target.lock_target_v1(ns text, inc text)
returns schema_saga_target.target
language plpgsql set search_path = pg_catalog as $$
declare
  found_target schema_saga_target.target;
begin
  select * into found_target from schema_saga_target.target t where t.namespace = ns for update;
  if not found then
    raise exception using errcode = 'SS003', message = format('namespace %s is not registered', ns);
  end if;
  if found_target.incarnation <> inc then
    raise exception using errcode = 'SS002', message = format('namespace %s was provisioned anew', ns);
  end if;
  return found_target;
end $$;

-- Raises when forward work of this operation must not start in this epoch; returns the state of an earlier try.
create or replace function schema_saga_target.admit_stage_v1(
  ns text, inc text, op text, ep int, st int, hash text, from_revision int, from_hash text, as_state text)
returns text
language plpgsql set search_path = pg_catalog as $$
declare
  here schema_saga_target.target := schema_saga_target.lock_target_v1(ns, inc);
  earlier text;
begin
  if exists (select from schema_saga_target.marker m where m.namespace = ns and m.operation_id = op and m.epoch > ep) then
    raise exception using errcode = 'SS001', message = 'a later epoch has begun';
  end if;
  insert into schema_saga_target.marker (namespace, incarnation, operation_id, epoch, stage, state, plan_hash)
  values (ns, inc, op, ep, st, as_state, hash)
  on conflict do nothing;
  if not found then
    select m.state into earlier from schema_saga_target.marker m
     where m.namespace = ns and m.operation_id = op and m.stage = st and m.epoch = ep;
    if earlier in ('compensated', 'accepted') then
      raise exception using errcode = 'SS001', message = format('the stage is %s', earlier);
    end if;
    return earlier;
  end if;
  if (here.revision, here.schema_hash) is distinct from (from_revision, from_hash) then
    raise exception using errcode = 'SS002',
      message = format('it is at revision %s instead of %s', here.revision,
        from_revision || case when here.revision = from_revision then ' of another schema' else '' end);
  end if;
  return null;
end $$;

-- Records what a stage has set aside (remember) or brought back (forget).
create or replace function schema_saga_target.record_asides_v1(
  ns text, inc text, op text, st int, asides jsonb, remember boolean)
returns void
language plpgsql set search_path = pg_catalog as $$
begin
  if remember then
    insert into schema_saga_target.set_aside
           (namespace, incarnation, operation_id, stage, kind, table_name, column_name, aside_name)
    select ns, inc, op, st, a ->> 'kind', a ->> 'table', a ->> 'column', a ->> 'asideName'
      from jsonb_array_elements(asides) a;
  else
    delete from schema_saga_target.set_aside s
     using jsonb_array_elements(asides) a
     where s.namespace = ns and s.aside_name = a ->> 'asideName';
  end if;
end $$;

-- A transactional stage: the marker first, then the statements; null to_revision unless it is the last stage.
create or replace function schema_saga_target.apply_stage_v1(
  ns text, inc text, op text, ep int, st int, hash text, from_revision int, from_hash text,
  to_revision int, to_hash text, statements text[], asides jsonb)
returns text
language plpgsql set search_path = pg_catalog as $$
declare
  statement text;
begin
  if schema_saga_target.admit_stage_v1(ns, inc, op, ep, st, hash, from_revision, from_hash, 'applied') is not null then
    return 'found_applied';
  end if;
  foreach statement in array statements loop
    execute statement;
  end loop;
  perform schema_saga_target.record_asides_v1(ns, inc, op, st, asides, true);
  perform schema_saga_target.move_target_v1(ns, to_revision, to_hash);
  return 'applied';
end $$;

-- Sets the target's revision; null means that it stays.
create or replace function schema_saga_target.move_target_v1(ns text, to_revision int, to_hash text)
returns void
language sql set search_path = pg_catalog as $$
  update schema_saga_target.target t
     set revision = to_revision, schema_hash = to_hash, updated_at = now()
   where t.namespace = ns and to_revision is not null
$$;

-- A stage outside a transaction is done.
create or replace function schema_saga_target.finish_stage_v1(
  ns text, inc text, op text, ep int, st int, to_revision int, to_hash text)
returns void
language plpgsql set search_path = pg_catalog as $$
begin
  perform schema_saga_target.lock_target_v1(ns, inc);
  update schema_saga_target.marker m set state = 'applied', at = now()
   where m.namespace = ns and m.operation_id = op and m.epoch = ep and m.stage = st and m.state = 'started';
  if not found then
    raise exception using errcode = 'SS001', message = 'the stage was compensated meanwhile';
  end if;
  perform schema_saga_target.move_target_v1(ns, to_revision, to_hash);
end $$;

-- What there is to undo of a stage: whether any epoch of this operation left it started or applied.
create or replace function schema_saga_target.stage_happened_v1(ns text, op text, st int)
returns boolean
language sql stable set search_path = pg_catalog as $$
  select exists (select from schema_saga_target.marker m
                  where m.namespace = ns and m.operation_id = op and m.stage = st and m.state in ('started', 'applied'))
$$;

-- Undoes one stage, in all epochs, and leaves a tombstone for the current one.
create or replace function schema_saga_target.compensate_stage_v1(
  ns text, inc text, op text, ep int, st int, hash text, to_revision int, to_hash text,
  statements text[], asides jsonb)
returns text
language plpgsql set search_path = pg_catalog as $$
declare
  here schema_saga_target.target := schema_saga_target.lock_target_v1(ns, inc);
  happened boolean := schema_saga_target.stage_happened_v1(ns, op, st);
  outcome text := 'tombstoned';
  statement text;
begin
  if happened then
    -- For what the undo of a creation sets aside instead of dropping it.
    perform set_config('schema_saga.operation', op, true), set_config('schema_saga.stage', st::text, true);
    foreach statement in array statements loop
      execute statement;
    end loop;
    perform schema_saga_target.record_asides_v1(ns, inc, op, st, asides, false);
    perform schema_saga_target.move_target_v1(ns, to_revision, to_hash);
    outcome := 'compensated';
  end if;
  update schema_saga_target.marker m set state = 'compensated', at = now()
   where m.namespace = ns and m.operation_id = op and m.stage = st and m.state in ('started', 'applied');
  insert into schema_saga_target.marker (namespace, incarnation, operation_id, epoch, stage, state, plan_hash)
  values (ns, inc, op, ep, st, 'compensated', hash)
  on conflict do nothing;
  return outcome;
end $$;

-- Takes a namespace in: clears what an earlier one of that name left. Repeating it with one incarnation is harmless.
create or replace function schema_saga_target.register_target_v1(
  ns text, inc text, project text, rev int, hash text)
returns text
language plpgsql set search_path = pg_catalog as $$
begin
  if exists (select from schema_saga_target.target t where t.namespace = ns and t.incarnation = inc) then
    return 'found';
  end if;
  delete from schema_saga_target.marker m where m.namespace = ns;
  delete from schema_saga_target.set_aside s where s.namespace = ns;
  delete from schema_saga_target.target t where t.namespace = ns;
  insert into schema_saga_target.target (namespace, incarnation, project_id, revision, schema_hash)
  values (ns, inc, project, rev, hash);
  return 'registered';
end $$;

-- Drops a table that this operation made if nobody put a row into it and nothing depends on it; else sets it aside.
-- Returns the name under which it is kept, or null.
create or replace function schema_saga_target.drop_unused_table_v1(ns text, tbl text, aside text)
returns text
language plpgsql set search_path = pg_catalog as $$
declare
  used boolean;
  part record;
begin
  execute format('lock table %I.%I in access exclusive mode', ns, tbl);
  execute format('select exists (select from %I.%I)', ns, tbl) into used;
  if not used then
    begin
      execute format('drop table %I.%I', ns, tbl);
      return null;
    exception when dependent_objects_still_exist then
      used := true;
    end;
  end if;
  for part in
    select c.conname as name, c.contype from pg_constraint c
     where c.conrelid = format('%I.%I', ns, tbl)::regclass and c.contype in ('p', 'u', 'c')
  loop
    execute format('alter table %I.%I rename constraint %I to %I', ns, tbl, part.name,
      schema_saga_target.aside_part_v1(aside, part.name));
  end loop;
  for part in
    select i.relname as name from pg_index x join pg_class i on i.oid = x.indexrelid
     where x.indrelid = format('%I.%I', ns, tbl)::regclass and i.relname !~ '^_aside_'
  loop
    execute format('alter index %I.%I rename to %I', ns, part.name,
      schema_saga_target.aside_part_v1(aside, part.name));
  end loop;
  execute format('alter table %I.%I rename to %I', ns, tbl, aside);
  insert into schema_saga_target.set_aside
         (namespace, incarnation, operation_id, stage, kind, table_name, column_name, aside_name)
  select ns, t.incarnation, coalesce(current_setting('schema_saga.operation', true), 'by hand'),
         coalesce(nullif(current_setting('schema_saga.stage', true), '')::int, 0), 'table', tbl, null, aside
    from schema_saga_target.target t where t.namespace = ns
  on conflict do nothing;
  return aside;
end $$;

-- The same for a column: unused is one without values other than its default, proven on at most 100,000 rows.
create or replace function schema_saga_target.drop_unused_column_v1(ns text, tbl text, col text, aside text)
returns text
language plpgsql set search_path = pg_catalog as $$
declare
  relation regclass := format('%I.%I', ns, tbl)::regclass;
  fallback text := (select coalesce(pg_get_expr(d.adbin, d.adrelid), 'null') from pg_attribute a
                      left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
                     where a.attrelid = relation and a.attname = col);
  used boolean;
begin
  execute format('lock table %s in access exclusive mode', relation);
  execute format(
    'select count(*) > 100000 or coalesce(bool_or(c is distinct from (%s)), false)
       from (select %I as c from %s limit 100001) few', fallback, col, relation) into used;
  if not used then
    begin
      execute format('alter table %s drop column %I', relation, col);
      return null;
    exception when dependent_objects_still_exist then
      used := true;
    end;
  end if;
  execute format('alter table %s alter column %I drop not null, alter column %I drop default', relation, col, col);
  execute format('alter table %s rename column %I to %I', relation, col, aside);
  insert into schema_saga_target.set_aside
         (namespace, incarnation, operation_id, stage, kind, table_name, column_name, aside_name)
  select ns, t.incarnation, coalesce(current_setting('schema_saga.operation', true), 'by hand'),
         coalesce(nullif(current_setting('schema_saga.stage', true), '')::int, 0), 'column', tbl, col, aside
    from schema_saga_target.target t where t.namespace = ns
  on conflict do nothing;
  return aside;
end $$;

-- A name for a part of what is set aside, at most 63 bytes.
create or replace function schema_saga_target.aside_part_v1(aside text, part text)
returns text
language sql immutable set search_path = pg_catalog as $$
  select left('_aside_' || substr(md5(aside), 1, 8) || '_' || part, 63)
$$;
