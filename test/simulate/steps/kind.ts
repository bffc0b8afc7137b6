/** What a kind of step is, and how one chooses among what is there when it is its turn. */
import fc from 'fast-check'
import type { OperationStatus } from '../../../src/contract.ts'
import type { ProjectKind } from '../../../src/postgres/catalog/projects/kind.ts'
import type { World } from '../types.ts'

/** Where a step happens. */
export interface StepPlace {
  readonly world: World
  readonly project: string
  /** The step's own number, for ids that must be new. */
  readonly id: number
}

/** A kind of step with arguments of one type. */
export interface TypedStepKind<Arguments> {
  /** How often, compared with the others. */
  readonly weight: number
  /** Only in worlds whose projects are described so; in all, if not given. */
  readonly of?: ProjectKind
  /** Whether the story may go on while it is at work. */
  readonly detachable?: boolean
  /** Whether it takes so long that it never comes in the stories of every run. */
  readonly long?: boolean
  /** Whether it submits an operation. */
  readonly submits?: boolean
  /** Whether it is about an operation that is at work: such steps follow detached ones. */
  readonly controls?: boolean
  readonly arguments: fc.Arbitrary<Arguments>
  /** Does it and says in a line what it did; refusals are thrown. */
  readonly run: (place: StepPlace, given: Arguments) => Promise<string>
}

/** A kind of step; its arguments have been through JSON. */
export type StepKind = TypedStepKind<Readonly<Record<string, unknown>>>

/** Forgets the type of the arguments: a step is data, and its kind knows what it has put there. */
export function stepKind<Arguments extends object>(kind: TypedStepKind<Arguments>): StepKind {
  return kind as unknown as StepKind
}

/** A number that chooses among what is there. */
export const arbitraryChoice = fc.nat(20)

/** The item of that number, counted round and round; undefined when there is none. */
export function chosen<Item>(items: readonly Item[], number: number): Item | undefined {
  return items.length === 0 ? undefined : items[number % items.length]
}

/** Nothing of that sort is there. */
export class NothingToDo extends Error {
  override readonly name = 'NothingToDo'
}

/** With such numbers something may be chosen that does not fit: what is refused is part of the story. */
function isStubborn(number: number): boolean {
  return number % 5 === 2
}

/** An operation of the project in one of these statuses; now and then in any. Errors: `NothingToDo`. */
export async function chooseOperation(
  { world, project }: StepPlace,
  number: number,
  statuses: readonly OperationStatus[],
): Promise<string> {
  const { rows } = await world.catalog.query<{ id: string; status: OperationStatus }>(
    'select id, status from schema_saga.operation where project_id = $1 order by seq desc',
    [project],
  )
  const fitting = rows.filter(({ status }) => statuses.includes(status))
  const found = chosen(fitting, number) ?? (isStubborn(number) ? chosen(rows, number) : undefined)
  if (found === undefined) throw new NothingToDo('no operation')
  return found.id
}

/** A tenant of the project in one of these states; now and then in any. Errors: `NothingToDo`. */
export async function chooseTenant(
  { world, project }: StepPlace,
  number: number,
  states: readonly string[],
): Promise<{ id: string; server: string; namespace: string }> {
  const { rows } = await world.catalog.query<{ id: string; server: string; namespace: string; state: string }>(
    'select id, server_id as server, namespace, state from schema_saga.tenant where project_id = $1 order by id',
    [project],
  )
  const fitting = rows.filter(({ state }) => states.includes(state))
  const found = chosen(fitting, number) ?? (isStubborn(number) ? chosen(rows, number) : undefined)
  if (found === undefined) throw new NothingToDo('no tenant')
  return found
}

/** Statuses in which somebody can still steer an operation. */
export const OPEN: readonly OperationStatus[] = ['pending', 'applying', 'compensating', 'needs_repair']
