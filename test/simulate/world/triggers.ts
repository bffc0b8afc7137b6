/** Tenants whose application has triggers of its own. */
import pg from 'pg'
import type { Feature } from './feature.ts'
import { besideOf, tableName } from './feature.ts'
import { APPLICATION } from './surroundings.ts'

/** Every change of a row is written down in a table elsewhere, with the rights of the function's owner. */
export const auditTrigger: Feature = {
  share: 3,
  prepare: async (client, { namespace, tables }) => {
    const own = await besideOf(client, namespace)
    await client.query(`create table ${own}.entry (at timestamptz default now(), what text)`)
    await client.query(`create function ${own}.note() returns trigger language plpgsql security definer as $$
      begin insert into ${own}.entry (what) values (tg_op); return null; end $$`)
    for (const table of tables) {
      await client.query(`create trigger audit after insert or update or delete on ${tableName(namespace, table)}
        for each row execute function ${own}.note()`)
    }
  },
}

/** Only the application may change a row: the trigger raises at everybody else, and its words are the application's. */
export const raisingTrigger: Feature = {
  share: 2,
  prepare: async (client, { namespace, tables }) => {
    const own = await besideOf(client, namespace)
    await client.query(`create function ${own}.guard() returns trigger language plpgsql as $$
      begin
        if session_user <> '${APPLICATION}' then raise 'rows of % are the application''s', tg_table_name; end if;
        return new;
      end $$`)
    for (const table of tables) {
      await client.query(`create trigger guard before update on ${tableName(namespace, table)}
        for each row execute function ${own}.guard()`)
    }
  },
}

/** The function of `namingTrigger`; the application takes it away once a change that was announced has broken it. */
export const NAMING_FUNCTION = 'names_a_column'

/** Code that names a column, and goes on naming it when that is renamed. */
export const namingTrigger: Feature = {
  share: 4,
  prepare: async (client, { namespace, tables }) => {
    const [table] = tables
    if (table === undefined) return
    const name = tableName(namespace, table)
    const { rows } = await client.query<{ column: string }>(
      `select attname as column from pg_attribute where attrelid = $1::regclass and attnum > 0 and attname <> 'id'
        order by attnum limit 1`,
      [name],
    )
    const own = await besideOf(client, namespace)
    const [first] = rows
    if (first === undefined) return
    await client.query(`create function ${own}.${NAMING_FUNCTION}() returns trigger language plpgsql as $$
      begin
        if new.${pg.escapeIdentifier(first.column)} is null then return new; end if;
        return new;
      end $$`)
    await client.query(`create trigger reading before insert or update on ${name}
      for each row execute function ${own}.${NAMING_FUNCTION}()`)
  },
}
