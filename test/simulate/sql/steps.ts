/** Steps that submit changes by SQL, and rows that stand in their way. */
import fc from 'fast-check'
import type { OperationOptions } from '../../../src/contract.ts'
import { withConnection } from '../../../src/postgres/sessions/connection.ts'
import { arbitraryChoice, chooseOperation, chooseTenant, NothingToDo, type StepPlace, stepKind } from '../steps/kind.ts'
import { arbitraryWanted, submit, type Wanted } from '../steps/submit.ts'
import { isAway } from '../world/away.ts'
import { lookAtObjects, lookAtTables } from './facts.ts'
import { arbitraryDraw, type Draw, type Ground, type Piece, pieceOf } from './grammar.ts'
import { notesOf } from './notes.ts'

/** How its way back is given: as it should be, not at all, or so that it does not lead back. */
type Way = 'given' | 'none' | 'wrong'

interface RunSql {
  readonly draws: readonly Draw[]
  /** Whether each statement is a transaction of its own. */
  readonly apart: boolean
  readonly way: Way
  /** Whether the hazards are allowed. */
  readonly allow: boolean
  readonly options: Wanted
}

const NEW_TRANSACTION = '\n-- schema-saga: new transaction\n'

/** A text of up to three statements. */
export const runSql = stepKind<RunSql>({
  weight: 40,
  of: 'sql',
  detachable: true,
  submits: true,
  arguments: fc.record({
    draws: fc.array(arbitraryDraw, { minLength: 1, maxLength: 3 }),
    apart: fc.boolean(),
    way: fc.constantFrom<Way>('given', 'given', 'given', 'none', 'none', 'wrong'),
    allow: fc.constantFrom(true, true, true, true, false),
    options: arbitraryWanted,
  }),
  run: async (place, given) => {
    const ground = await groundOf(place)
    const pieces = given.draws
      .map((draw, index) => pieceOf(ground, draw, `${place.id}_${index}`))
      .filter((piece) => piece !== null)
    if (pieces.length === 0) throw new NothingToDo('no statement fits')
    const { up, down } = textsOf(pieces, given, ground, place.id)
    const allow = given.allow ? [...new Set(pieces.flatMap((piece) => piece.allow ?? []))] : []
    notesOf(place.world).set(`op${place.id}`, {
      project: place.project,
      wrong: given.way === 'wrong' && down !== null,
      undoes: given.way === 'given' && down !== null,
      reshapes: pieces.some(({ reshapes }) => reshapes !== false),
      drops: pieces.flatMap(({ drops }) => drops ?? []),
      fills: pieces.flatMap(({ fills }) => fills ?? []),
      reverts: null,
    })
    const mutation = { type: 'run_sql', name: `change_${place.id}`, up, ...(down !== null && { down }) }
    return await submit(place, mutation, { ...given.options, allow })
  },
})

function textsOf(
  pieces: readonly Piece[],
  { apart, way }: RunSql,
  { tables }: Ground,
  id: number,
): { up: string; down: string | null } {
  const between = apart ? NEW_TRANSACTION : '\n'
  const up = pieces.map((piece) => piece.up).join(between)
  const downs = pieces.toReversed().map((piece) => piece.down)
  if (way === 'none' || downs.includes(null)) return { up, down: null }
  const down = downs.join(between)
  if (way === 'given') return { up, down }
  return { up, down: `${down}\nALTER TABLE ${tables[0]?.name} ADD COLUMN wrong_${id} integer;` }
}

/** Takes back what an operation did. */
export const revertSql = stepKind<{ operation: number; allow: boolean; options: Wanted }>({
  weight: 8,
  of: 'sql',
  detachable: true,
  submits: true,
  arguments: fc.record({
    operation: fc.oneof(fc.constant(0), arbitraryChoice),
    allow: fc.constantFrom(true, true, true, false),
    options: arbitraryWanted,
  }),
  run: async (place, { operation, allow, options }) => {
    const id = await chooseOperation(place, operation, ['committed'])
    notesOf(place.world).set(`op${place.id}`, {
      project: place.project,
      wrong: false,
      undoes: false,
      reshapes: false,
      drops: null,
      fills: [],
      reverts: id,
    })
    const allowed: OperationOptions = allow ? { allow: ['LOSES_DATA', 'WRITES_ROWS'] } : {}
    return await submit(place, { type: 'revert', operation_id: id }, { ...options, ...allowed })
  },
})

/** Rows of one tenant, not of its application, which a rule that comes later refuses. */
export const plantRows = stepKind<{ tenant: number; table: number; rule: 'check' | 'unique' }>({
  weight: 6,
  of: 'sql',
  arguments: fc.record({
    tenant: arbitraryChoice,
    table: arbitraryChoice,
    rule: fc.constantFrom('check', 'check', 'unique'),
  }),
  run: async (place, { tenant, table: number, rule }) => {
    const { id, server: on, namespace } = await chooseTenant(place, tenant, ['active', 'parked'])
    const server = place.world.servers.get(on)
    if (server === undefined) throw new NothingToDo('no server')
    return await orAway(() =>
      withConnection(server.urls(namespace).superuser, async (client) => {
        await client.query(`set search_path = ${namespace}; set lock_timeout = '1s'`)
        const tables = await lookAtTables(client, namespace)
        const found = tables[number % Math.max(1, tables.length)]
        if (found === undefined) throw new NothingToDo('no table')
        const named = found.columns.filter(
          ({ type, notNull, filled, refers, name }) =>
            name !== 'id' && refers === null && ((notNull && !filled) || type === 'integer' || type === 'text'),
        )
        const values = named.map(({ type }) => (type === 'integer' ? '-1' : `'planted ${rule === 'check' ? id : ''}'`))
        const into = `insert into ${found.name} (${named.map(({ name }) => name).join(', ')}) values (${values.join(', ')})`
        const refused: string[] = []
        for (const each of rule === 'unique' ? [into, into] : [into]) {
          await client.query(each).catch((error: Error) => refused.push(error.message))
        }
        return `plant rows in ${id}.${found.name}${refused.map((each) => ` (${each})`).join('')}`
      }),
    )
  },
})

/** The base as whoever writes a change sees it. */
async function groundOf({ world, project }: StepPlace): Promise<Ground> {
  const base = (await world.places()).find((place) => place.project === project && place.tenant === '')
  const server = base && world.servers.get(base.server)
  if (base === undefined || server === undefined) throw new NothingToDo('no base')
  return await orAway(() =>
    withConnection(server.urls(base.namespace).superuser, async (client) => {
      await client.query(`set search_path = ${base.namespace}; set statement_timeout = '1s'`)
      const objects = await lookAtObjects(client, base.namespace)
      return {
        tables: await lookAtTables(client, base.namespace),
        // Indexes are printed with the namespace, whatever the search path.
        objects: objects.map(({ definition, ...object }) => ({
          ...object,
          definition: definition?.replaceAll(`${base.namespace}.`, ''),
        })),
      }
    }),
  )
}

/** A database that is away is no place to look at, and somebody may hold a table. */
async function orAway<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const waits = error instanceof Error && 'code' in error && ['57014', '55P03'].includes(String(error.code))
    if (isAway(error) || waits) throw new NothingToDo(String(error))
    throw error
  }
}
