import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Mutation } from '../../../src/logical/mutations/index.ts'
import { openFleet, type TestFleet } from '../fleet.ts'
import { field, openShop, RETYPE, type Shop } from './shop.ts'

let fleet: TestFleet
beforeAll(async () => {
  fleet = await openFleet()
})
afterAll(async () => {
  await fleet?.close()
})

const ROWS = 6_000

/** An application that inserts, updates and deletes rows until it is stopped, and remembers what it wrote. */
interface Writer {
  readonly written: Map<string, string>
  /** Waits until it has written so many rows more. */
  readonly more: (rows: number) => Promise<void>
  readonly stop: () => Promise<void>
}

/** `literal` writes a number so that the column takes it whatever its type is just then. */
async function startWriter(shop: Shop, column: string, literal: (value: number) => string): Promise<Writer> {
  const client = await fleet.connect()
  const written = new Map<string, string>()
  for (let row = 0; row < ROWS; row += 1) written.set(key(row), String(row))
  let running = true
  let next = ROWS
  const write = async (): Promise<void> => {
    for (; running; next += 1) {
      const changed = key((next * 7_919) % ROWS)
      await attempt(client, `insert into ${shop.food} (id, ${column}) values ('${key(next)}', ${literal(next)})`)
      written.set(key(next), String(next))
      if (!written.has(changed)) continue
      if (next % 5 === 0) {
        await attempt(client, `delete from ${shop.food} where id = '${changed}'`)
        written.delete(changed)
      } else {
        await attempt(client, `update ${shop.food} set ${column} = ${literal(next)} where id = '${changed}'`)
        written.set(changed, String(next))
      }
    }
  }
  const writing = write()
  // Looked at when the writer is stopped.
  writing.catch(() => {})
  return {
    written,
    more: async (rows) => {
      const since = next
      await expect.poll(() => next - since, { timeout: 20_000 }).toBeGreaterThanOrEqual(rows)
    },
    stop: async () => {
      running = false
      await writing
    },
  }
}

/** A write during DDL may meet a deadlock or a cached plan; the application tries again, and never sees a refusal. */
async function attempt(client: pg.Client, sql: string): Promise<void> {
  for (;;) {
    try {
      await client.query(sql)
      return
    } catch (error) {
      if ((error as { code?: string }).code !== '40P01') throw error
    }
  }
}

const key = (row: number): string => `r${String(row).padStart(6, '0')}`

async function fill(shop: Shop, column: string, literal: string): Promise<void> {
  await fleet.client.query(
    `insert into ${shop.food} (id, ${column})
     select 'r' || lpad(n::text, 6, '0'), ${literal} from generate_series(0, ${ROWS - 1}) n`,
  )
}

async function read(shop: Shop, expression: string): Promise<Map<string, string>> {
  const { rows } = await fleet.client.query<{ id: string; value: string }>(
    `select id, (${expression})::text as value from ${shop.food}`,
  )
  return new Map(rows.map(({ id, value }) => [id, value]))
}

describe('no write of an application is lost while it goes on writing', () => {
  test('when a column gets another type, forward and back', async () => {
    const shop = await openShop(fleet, 'writer types', [field('Stock', { validation: { required: true } })], RETYPE)
    await fill(shop, 'stock', 'n::text')
    const writer = await startWriter(shop, 'stock', (value) => `'${value}'`)
    await writer.more(50)
    await shop.forward({ epoch: 0 })
    await writer.more(50)
    await shop.back({ epoch: 0 })
    await writer.more(50)
    await shop.forward({ epoch: 1 })
    await writer.more(50)
    await writer.stop()
    expect(await read(shop, 'stock')).toEqual(writer.written)
    await shop.back({ epoch: 1 })
    expect(await read(shop, 'stock')).toEqual(writer.written)
  }, 60_000)

  test('when a key of its documents gets another name: both names are understood in their time', async () => {
    const before = [field('Doc', { field_type: 'object' }), field('a', { parent_field: 'doc' })]
    const rename: Mutation = {
      type: 'model_field_operation',
      operation: 'rename',
      model_name: 'food',
      field_name: 'a',
      parent_field: 'doc',
      new_name: 'b',
    }
    const shop = await openShop(fleet, 'writer keys', before, rename)
    await fill(shop, 'doc', `jsonb_build_object('a', n)`)
    const writer = await startWriter(shop, 'doc', (value) => `'{"a": ${value}}'`)
    await writer.more(50)
    // Up to the change of places only: behind it, this writer speaks of a key that is no more.
    const copied = new AbortController()
    const report = ({ rows }: { rows: number }): void => {
      if (rows >= ROWS) copied.abort()
    }
    await expect(shop.forward({ signal: copied.signal, report })).rejects.toThrow()
    await writer.more(50)
    await writer.stop()
    await shop.forward()
    expect(await read(shop, `doc -> 'b'`)).toEqual(writer.written)
    await fleet.client.query(`update ${shop.food} set doc = '{"b": 99}' where id = '${key(1)}'`)
    await shop.back()
    const restored = new Map([...writer.written, ...(writer.written.has(key(1)) ? [[key(1), '99'] as const] : [])])
    expect(await read(shop, `doc -> 'a'`)).toEqual(restored)
  }, 60_000)

  test('when a nested field moves up to a column of its own', async () => {
    const before = [field('Doc', { field_type: 'object' }), field('a', { parent_field: 'doc', field_type: 'number' })]
    const up: Mutation = {
      type: 'rearrange_field',
      model_name: 'food',
      field_name: 'a',
      move_type: 'child_to_parent',
      new_position: 1,
      parent_id: 'doc',
    }
    const shop = await openShop(fleet, 'writer moves', before, up)
    await fill(shop, 'doc', `jsonb_build_object('a', n, 'z', 1)`)
    await shop.forward()
    const writer = await startWriter(shop, 'a', (value) => String(value))
    await writer.more(50)
    await shop.back()
    // Its column is gone now, which is the first error that the writer may see.
    await expect(writer.stop()).rejects.toMatchObject({ code: '42703' })
    const now = await read(shop, `doc -> 'a'`)
    for (const [id, value] of writer.written) expect(now.get(id), id).toBe(value)
  }, 60_000)
})

test('a batch that is too large for its time limit is tried again with fewer rows', async () => {
  const shop = await openShop(fleet, 'slow rows', [field('Stock')], RETYPE)
  await fleet.client.query(
    `insert into ${shop.food} (id, stock) select n::text, n::text from generate_series(1, 300) n;
     create function "slow rows".dawdle() returns trigger language plpgsql as $$ begin
       perform pg_sleep(0.0002); return new; end $$;
     create trigger dawdle before update on ${shop.food} for each row execute function "slow rows".dawdle()`,
  )
  await shop.forward({ limits: { batchMs: 150 } })
  const { rows } = await fleet.client.query(`select count(stock)::integer as filled from ${shop.food}`)
  expect(rows).toEqual([{ filled: 300 }])
})
