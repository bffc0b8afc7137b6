import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readScript } from '../../../src/sql/script/readScript.ts'
import type { Script, ScriptStage } from '../../../src/sql/script/script.ts'
import { scriptText } from '../../../src/sql/script/scriptText.ts'

function read(text: string, namespace: string | null = null): Promise<Script> {
  return readScript('a.sql', text, { namespace })
}

/** `transaction: CREATE TABLE a (); DROP TABLE b`, one line for each stage. */
function told({ stages }: Script): readonly string[] {
  return stages.map(({ kind, statements }) => `${kind}: ${statements.map(({ sql }) => sql.join('"ns"')).join('; ')}`)
}

async function stages(text: string): Promise<readonly string[]> {
  return told(await read(text))
}

const PART = '-- schema-saga: new transaction\n'

describe('stages', () => {
  it.each<[what: string, text: string, expected: readonly string[]]>([
    ['nothing', '', []],
    ['comments alone', '-- a\n/* b */\n', []],
    ['neighbours', 'DROP TABLE a; DROP TABLE b;', ['transaction: DROP TABLE a; DROP TABLE b']],
    [
      'a comment that parts',
      `DROP TABLE a;\n${PART}DROP TABLE b`,
      ['transaction: DROP TABLE a', 'transaction: DROP TABLE b'],
    ],
    ['one before and behind all', `${PART}DROP TABLE a;\n${PART}`, ['transaction: DROP TABLE a']],
    ['two in a row at the beginning', `${PART}${PART}DROP TABLE a`, ['transaction: ', 'transaction: DROP TABLE a']],
    [
      'two in a row at the end',
      `DROP TABLE a;\n${PART}\n-- why\n${PART}`,
      ['transaction: DROP TABLE a', 'transaction: '],
    ],
    ['two in a row alone', PART + PART, ['transaction: ']],
    [
      'blanks before it',
      `DROP TABLE a;\n \t--schema-saga:new  transaction \nDROP TABLE b`,
      ['transaction: DROP TABLE a', 'transaction: DROP TABLE b'],
    ],
    [
      'one before a semicolon',
      `DROP TABLE a\n${PART};DROP TABLE b`,
      ['transaction: DROP TABLE a', 'transaction: DROP TABLE b'],
    ],
    [
      'an index between',
      `DROP TABLE a; CREATE INDEX CONCURRENTLY i ON b (c);\n${PART}DROP TABLE b`,
      ['transaction: DROP TABLE a', 'index: CREATE INDEX CONCURRENTLY i ON b (c)', 'transaction: DROP TABLE b'],
    ],
    [
      'what takes no part in transactions',
      'REINDEX TABLE CONCURRENTLY a; VACUUM (ANALYZE) a, b; ALTER TABLE a DETACH PARTITION b CONCURRENTLY; DROP INDEX CONCURRENTLY i',
      [
        'alone: REINDEX TABLE CONCURRENTLY a',
        'alone: VACUUM (ANALYZE) a, b',
        'alone: ALTER TABLE a DETACH PARTITION b CONCURRENTLY',
        'index: DROP INDEX CONCURRENTLY i',
      ],
    ],
    [
      'values of an enum',
      `DROP TABLE a; ALTER TYPE e ADD VALUE 'x'; ALTER TYPE e ADD VALUE IF NOT EXISTS 'y' BEFORE 'x'; ALTER TYPE e RENAME VALUE 'x' TO 'z'; DROP TABLE b`,
      [
        'transaction: DROP TABLE a',
        `transaction: ALTER TYPE e ADD VALUE 'x'`,
        `transaction: ALTER TYPE e ADD VALUE IF NOT EXISTS 'y' BEFORE 'x'`,
        `transaction: ALTER TYPE e RENAME VALUE 'x' TO 'z'; DROP TABLE b`,
      ],
    ],
    [
      'a batch',
      'DROP TABLE b;\n-- schema-saga: batch 500\nUPDATE a SET b = 1;\nDROP TABLE c',
      ['transaction: DROP TABLE b', 'batch: UPDATE a SET b = 1', 'transaction: DROP TABLE c'],
    ],
    [
      'BEGIN and COMMIT around the whole',
      'BEGIN; DROP TABLE a; DROP TABLE b; COMMIT;',
      ['transaction: DROP TABLE a; DROP TABLE b'],
    ],
    ['START TRANSACTION and END', 'START TRANSACTION; DROP TABLE a; END', ['transaction: DROP TABLE a']],
    ['BEGIN and COMMIT alone', 'BEGIN;\nCOMMIT;', []],
    [
      'BEGIN and COMMIT with empty stages behind',
      `BEGIN; DROP TABLE a; COMMIT;\n${PART}${PART}`,
      ['transaction: DROP TABLE a', 'transaction: '],
    ],
    [
      'a value of an enum between BEGIN and COMMIT',
      `BEGIN; ALTER TYPE e ADD VALUE 'x'; COMMIT`,
      [`transaction: ALTER TYPE e ADD VALUE 'x'`],
    ],
  ])('of %s', async (_, text, expected) => {
    expect(await stages(text)).toEqual(expected)
  })

  it.each([
    ['a string', `SELECT '\n${PART}'`],
    ['a body', `DO $$ BEGIN\n${PART}NULL; END $$`],
    ['a body with a tag', `CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $é$\n${PART}SELECT 1 $é$`],
    ['a name', `SELECT 1 AS "\n${PART}"`],
    ['a comment', `/*\n${PART}*/ SELECT 1`],
    ['a comment within a comment', `/* /* a */\n${PART}*/ SELECT 1`],
  ])('are not parted within %s', async (_, text) => {
    expect((await read(`${text}; SELECT 2`)).stages).toHaveLength(1)
  })

  it('say which index they are about, and whether it is there afterwards', async () => {
    const text = 'CREATE UNIQUE INDEX CONCURRENTLY "I é" ON s.a (b); DROP INDEX CONCURRENTLY IF EXISTS s.i'
    const { stages: read_ } = await read(text, 's')
    expect(read_.map(({ index }) => index)).toEqual([
      { name: 'I é', builds: true, uniqueOn: 'a' },
      { name: 'i', builds: false, mayBe: true },
    ])
  })

  it('are the same for CRLF, and a BOM', async () => {
    expect(await stages(`\uFEFFDROP TABLE a;\r\n-- schema-saga: new transaction\r\nDROP TABLE b;\r\n`)).toHaveLength(2)
  })

  it('hold every statement once, whatever parts them', async () => {
    const pieces = [
      `SELECT 'é;'`,
      'DROP TABLE "größe"',
      PART.trim(),
      'VACUUM t',
      "DO $ü$ ; -- '\n$ü$",
      '-- ü',
      `ALTER TYPE e ADD VALUE 'ß'`,
    ]
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...pieces), { maxLength: 10 }), async (some) => {
        const text = some.map((piece) => (piece.startsWith('--') ? `${piece}\n` : `${piece};\n`)).join('')
        const script = await read(`/* é */${text.startsWith('--') ? '\n' : ''}${text}`)
        const statements = script.stages.flatMap((stage) => stage.statements.map(({ sql }) => sql.join('')))
        expect(statements).toEqual(some.filter((piece) => !piece.startsWith('--')))
      }),
      { numRuns: 60 },
    )
  })
})

describe('a script as a text again', () => {
  it('is cut into the same stages', async () => {
    const pieces = [
      PART,
      'DROP TABLE "ü";\n',
      'VACUUM t;\n',
      '-- schema-saga: batch 7\nDELETE FROM t;\n',
      "ALTER TYPE e ADD VALUE 'ß';\n",
      '-- schema-saga: batch\nUPDATE t SET a = 1;\n',
      'COMMENT ON SCHEMA "n" IS NULL;\n',
    ]
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...pieces), { maxLength: 9 }), async (some) => {
        const script = await read(some.join(''), 'n')
        const again = await read(scriptText(script, 'a "b"'), 'a "b"')
        expect(told(again)).toEqual(told(script))
        expect(again.stages.map(({ batch }) => batch?.size)).toEqual(script.stages.map(({ batch }) => batch?.size))
      }),
      { numRuns: 60 },
    )
  })
})

describe('a comment for schema-saga', () => {
  it.each([
    ['that is unknown', '-- schema-saga: new transactions\nSELECT 1', 'line 1, column 1', 'is unknown'],
    ['in other letters', 'SELECT 1;\n-- Schema-Saga: new transaction', 'line 2, column 1', 'is not written as one'],
    ['without its colon', '-- schema-saga new transaction', 'line 1, column 1', 'is not written as one'],
    ['with an underscore', '-- schema_saga: batch', 'line 1, column 1', 'is not written as one'],
    [
      'in the other form of comments',
      '/* schema-saga: new transaction */',
      'line 1, column 1',
      'is not written as one',
    ],
    ['behind a statement', `SELECT 'é'; ${PART}`, 'line 1, column 13', 'stands behind something else'],
    ['within a statement', `CREATE TABLE a (\n  ${PART}b text)`, 'line 2, column 3', 'stands within a statement'],
    [
      'for batches of nothing',
      '-- schema-saga: batch 0\nDELETE FROM a',
      'line 1, column 1',
      'batches of "0" rows: they have 1 to 100000',
    ],
    [
      'for batches of a word',
      '-- schema-saga: batch many\nDELETE FROM a',
      'line 1, column 1',
      'batches of "many" rows',
    ],
    [
      'for batches of nothing that follows',
      'SELECT 1;\n-- schema-saga: batch 10\n',
      'line 2, column 1',
      'no statement follows it',
    ],
    [
      'for batches before another',
      `-- schema-saga: batch\n${PART}DELETE FROM a`,
      'line 1, column 1',
      'no statement follows it',
    ],
  ])('%s is refused, with those that there are', async (_, text, place, what) => {
    await expect(read(text)).rejects.toMatchObject({
      code: 'DIRECTIVE_INVALID',
      message: expect.stringMatching(new RegExp(`^a\\.sql, ${place}: .*${what}`)),
    })
    await expect(read(text)).rejects.toThrow(
      'There are "-- schema-saga: new transaction" and "-- schema-saga: batch [rows]"',
    )
  })

  it('is not every one that speaks of it', async () => {
    expect(await stages('-- schema-saga runs this\n-- see schema-saga: docs\nSELECT 1 -- by schema-saga')).toHaveLength(
      1,
    )
  })
})

describe('a batch', () => {
  async function batch(text: string, namespace: string | null = null): Promise<ScriptStage['batch']> {
    return (await read(`-- schema-saga: batch\n${text}`, namespace)).stages[0]?.batch
  }

  it.each<[text: string, head: string, condition: string | null, columns: readonly string[]]>([
    ['UPDATE a SET b = 1', 'UPDATE a SET b = 1', null, ['b']],
    ['DELETE FROM a WHERE a.b > 1 -- old ones\n;', 'DELETE FROM a', 'a.b > 1', []],
    [
      `UPDATE a SET b = (SELECT c FROM d WHERE d.id = a.id), (e, f) = (1, 2) /* where */ WHERE "where" = 'é' AND b IS NULL`,
      'UPDATE a SET b = (SELECT c FROM d WHERE d.id = a.id), (e, f) = (1, 2)',
      `"where" = 'é' AND b IS NULL`,
      ['b', 'e', 'f'],
    ],
  ])('is cut before its condition: %s', async (text, head, condition, columns) => {
    expect(await batch(text)).toEqual({
      table: 'a',
      size: null,
      head: [head],
      condition: condition === null ? null : [condition],
      columns,
    })
  })

  it('is of the table of the target, whose namespace is taken off', async () => {
    const found = await batch('UPDATE s.a SET b = 1 WHERE id IN (SELECT id FROM s.c)', 's')
    expect(found).toMatchObject({ table: 'a', head: ['UPDATE a SET b = 1'], condition: ['id IN (SELECT id FROM c)'] })
  })

  it.each([
    ['INSERT INTO a VALUES (1)', 'only UPDATE and DELETE do'],
    ['MERGE INTO a USING b ON true WHEN MATCHED THEN DELETE', 'only UPDATE and DELETE do'],
    ['UPDATE a SET b = 1 FROM c', 'instead of FROM'],
    ['DELETE FROM a USING c', 'instead of USING'],
    ['WITH c AS (SELECT 1) DELETE FROM a', 'WITH would run once for each batch'],
    ['DELETE FROM a RETURNING b', 'leave it out'],
    ['UPDATE a AS x SET b = 1', 'without an alias'],
    ['UPDATE ONLY a SET b = 1', 'without it'],
    ['DELETE FROM a WHERE CURRENT OF c', 'a cursor of yours'],
    ['DELETE FROM a WHERE b < (SELECT max(b) FROM a)', 'a sub-select on a would see'],
    ['UPDATE a SET b = (SELECT 1 FROM (SELECT * FROM a) x)', 'a sub-select on a would see'],
    ['DELETE FROM other.a', 'another namespace'],
  ])('is refused with its own words: %s', async (text, why) => {
    await expect(batch(text)).rejects.toMatchObject({
      code: 'BATCH_UNSUPPORTED',
      message: expect.stringMatching(new RegExp(`^a\\.sql, line 2, column 1: .* does not run in batches: .*${why}`)),
    })
  })
})

describe('the plain form', () => {
  it.each([
    [
      'CREATE INDEX  CONCURRENTLY  i ON "CONCURRENTLY" (concurrently(a))',
      'CREATE INDEX  i ON "CONCURRENTLY" (concurrently(a))',
    ],
    ['CREATE UNIQUE INDEX /* é */ concurrently i ON a (b)', 'CREATE UNIQUE INDEX /* é */ i ON a (b)'],
    ['DROP INDEX CONCURRENTLY IF EXISTS i', 'DROP INDEX IF EXISTS i'],
    ['ALTER TABLE a DETACH PARTITION b CONCURRENTLY', 'ALTER TABLE a DETACH PARTITION b '],
    ['REFRESH MATERIALIZED VIEW CONCURRENTLY v', 'REFRESH MATERIALIZED VIEW v'],
    ['REINDEX INDEX CONCURRENTLY i', 'REINDEX INDEX i'],
    ['REINDEX (VERBOSE, CONCURRENTLY) TABLE a', 'REINDEX TABLE a'],
    ['SELECT concurrently(1)', 'SELECT concurrently(1)'],
  ])('of %s', async (text, plain) => {
    const [stage] = (await read(text)).stages
    expect(stage?.statements[0]).toMatchObject({ sql: [text], plain: [plain] })
  })

  it('has the namespace taken off, too', async () => {
    const [stage] = (await read('-- é\nCREATE INDEX CONCURRENTLY "é" ON s.a (b)', 's')).stages
    expect(stage?.statements[0]).toMatchObject({
      sql: ['CREATE INDEX CONCURRENTLY "é" ON a (b)'],
      plain: ['CREATE INDEX "é" ON a (b)'],
    })
  })
})

describe('the namespace that a text was written for', () => {
  it('is taken off, and left as a gap where it stands for itself', async () => {
    const text = `CREATE TABLE public.a (b "public"."e" DEFAULT nextval('public.s'));
      ALTER TABLE a ADD FOREIGN KEY (c) REFERENCES "public"."d" ("id");
      GRANT SELECT ON ALL TABLES IN SCHEMA public TO app; COMMENT ON SCHEMA public IS 'é';
      ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO app`
    const [stage] = (await read(text, 'public')).stages
    expect(stage?.statements.map(({ sql }) => sql)).toEqual([
      [`CREATE TABLE a (b "e" DEFAULT nextval('s'))`],
      ['ALTER TABLE a ADD FOREIGN KEY (c) REFERENCES "d" ("id")'],
      ['GRANT SELECT ON ALL TABLES IN SCHEMA ', ' TO app'],
      ['COMMENT ON SCHEMA ', ` IS 'é'`],
      ['ALTER DEFAULT PRIVILEGES IN SCHEMA ', ' GRANT SELECT ON TABLES TO app'],
    ])
  })

  it('is refused in bodies and in DO, each with its line', async () => {
    const text = `DO $$ BEGIN\n  é; CREATE TYPE "public"."status" AS ENUM ('a');\nEND $$;\nCREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1 FROM public.a'`
    await expect(read(text, 'public')).rejects.toMatchObject({
      code: 'SQL_NAMES_NAMESPACE',
      message: expect.stringMatching(/DO in a\.sql, line 2, column 18; CREATE FUNCTION in a\.sql, line 4, column \d+/),
    })
  })
})

describe('shapes that tools write', () => {
  it.each([
    [
      'Prisma',
      `-- CreateEnum\nCREATE TYPE "Role" AS ENUM ('USER', 'ADMIN');\n\n-- CreateTable\nCREATE TABLE "User" (\n    "id" SERIAL NOT NULL,\n    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,\n\n    CONSTRAINT "User_pkey" PRIMARY KEY ("id")\n);\n\n-- CreateIndex\nCREATE UNIQUE INDEX "User_email_key" ON "User"("email");\n\n-- AddForeignKey\nALTER TABLE "User" ADD CONSTRAINT "User_fkey" FOREIGN KEY ("a") REFERENCES "A"("id") ON DELETE RESTRICT ON UPDATE CASCADE;\n`,
      null,
      1,
    ],
    [
      'Prisma, for an enum that loses a value',
      `/*\n  Warnings:\n\n  - The values [X] on the enum \`Role\` will be removed.\n*/\n-- AlterEnum\nBEGIN;\nCREATE TYPE "Role_new" AS ENUM ('USER');\nALTER TABLE "User" ALTER COLUMN "role" TYPE "Role_new" USING ("role"::text::"Role_new");\nALTER TYPE "Role" RENAME TO "Role_old";\nALTER TYPE "Role_new" RENAME TO "Role";\nDROP TYPE "Role_old";\nCOMMIT;\n`,
      null,
      1,
    ],
    [
      'Drizzle',
      `CREATE TABLE IF NOT EXISTS "users" (\n\t"id" serial PRIMARY KEY NOT NULL\n);\n--> statement-breakpoint\nALTER TABLE "a" ADD CONSTRAINT "fk" FOREIGN KEY ("u") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint\nCREATE INDEX "i" ON "a" USING btree ("u");`,
      'public',
      1,
    ],
    [
      'Drizzle, around a key',
      `DO $$ BEGIN\n ALTER TABLE "a" ADD CONSTRAINT "fk" FOREIGN KEY ("u") REFERENCES "users"("id");\nEXCEPTION\n WHEN duplicate_object THEN null;\nEND $$;`,
      'public',
      1,
    ],
    [
      'Django',
      `BEGIN;\n--\n-- Create model Book\n--\nCREATE TABLE "app_book" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "author_id" bigint NOT NULL);\nALTER TABLE "app_book" ADD CONSTRAINT "fk" FOREIGN KEY ("author_id") REFERENCES "app_author" ("id") DEFERRABLE INITIALLY DEFERRED;\nCREATE INDEX "app_book_like" ON "app_book" ("t" varchar_pattern_ops);\nSET CONSTRAINTS "fk" IMMEDIATE; ALTER TABLE "app_book" DROP CONSTRAINT "fk";\nCOMMIT;\n`,
      null,
      1,
    ],
    [
      'Rails',
      `CREATE TABLE "users" ("id" bigserial primary key, "created_at" timestamp(6) NOT NULL);\nCREATE INDEX CONCURRENTLY "index_users_on_email" ON "users" ("email");\nALTER TABLE "users" ADD CONSTRAINT "fk_rails_1" FOREIGN KEY ("a_id") REFERENCES "as" ("id") NOT VALID;\nALTER TABLE "users" VALIDATE CONSTRAINT "fk_rails_1";`,
      null,
      3,
    ],
    ['dbmate', `-- migrate:up\nCREATE TABLE a (id integer);\n\n`, null, 1],
    [
      'goose',
      `-- +goose Up\n-- +goose StatementBegin\nCREATE FUNCTION f() RETURNS trigger AS $$\nBEGIN\n  NEW.at := now();\n  RETURN NEW;\nEND;\n$$ LANGUAGE plpgsql;\n-- +goose StatementEnd`,
      null,
      1,
    ],
  ])('%s', async (_, text, namespace, count) => {
    expect((await read(text, namespace)).stages).toHaveLength(count)
  })

  it('of whole schemas that people have', async () => {
    const folder = join(import.meta.dirname, '../cases')
    for (const name of ['booking_constraints', 'breeze_rls', 'fitting_fleet', 'hyku_rails', 'koku_django']) {
      const whole = readFileSync(join(folder, `${name}.sql`), 'utf8')
      const text = whole
        .replaceAll(/:["'](\w+)["']/g, '$1')
        .replaceAll(/^(CREATE EXTENSION|CREATE SCHEMA|GRANT .* ON SCHEMA|SET|RESET) .*;$/gm, '')
      expect((await read(text)).stages.length).toBeGreaterThan(0)
    }
  })
})

describe('places', () => {
  it('count characters, and say where each statement begins', async () => {
    const text = `-- é ü\nDROP TABLE "größe"; /* 株 */ DROP TABLE b;\n\n  -- ß\n  DROP TABLE c`
    const [stage] = (await read(text)).stages
    expect(stage?.statements.map(({ place, sql }) => `${place}: ${sql}`)).toEqual([
      'a.sql, line 2, column 1: DROP TABLE "größe"',
      'a.sql, line 2, column 29: DROP TABLE b',
      'a.sql, line 5, column 3: DROP TABLE c',
    ])
  })

  it('of a text of many statements are found at once', async () => {
    const { stages: read_ } = await read(`${'SELECT 1;'.repeat(5_000)}`)
    expect(read_[0]?.statements.at(-1)?.place).toBe(`a.sql, line 1, column ${4_999 * 9 + 1}`)
  })
})
