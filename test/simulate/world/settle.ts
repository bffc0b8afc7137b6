/** Waiting until nothing is at work any more, in virtual time. */
import type { World } from '../types.ts'

/** What is at work: operations which neither ended nor wait for a person, or for one that does. */
const BUSY = `
  select count(*)::int as count
    from schema_saga.operation o
   where o.turn <> 'released' and not o.paused and o.status <> 'needs_repair'
     and not (o.turn = 'waiting' and exists (
       select from schema_saga.operation h
        where h.project_id = o.project_id and h.seq < o.seq and h.turn <> 'released'
          and (h.paused or h.status = 'needs_repair')))`

/** The longest that anything is waited for before it counts as stuck: twelve hours of virtual time. */
export const PATIENCE_MS = 12 * 3_600_000

/** Whether every operation has ended or waits for a person. */
export async function isQuiet(world: World): Promise<boolean> {
  const { rows } = await world.catalog.query<{ count: number }>(BUSY)
  return rows[0]?.count === 0
}

/** Lets virtual time pass until `work` is over and returns what it returned. Errors: `Stuck` when it takes too long. */
export async function settle<T>(world: World, work: Promise<T>): Promise<T> {
  let isOver = false
  const over = (): void => {
    isOver = true
  }
  work.then(over, over)
  if (await world.clock.pass(PATIENCE_MS, async () => isOver)) return await work
  throw new Stuck('command', 'a command did not return within twelve hours')
}

/** Something that should have ended has not. */
export class Stuck extends Error {
  override readonly name = 'Stuck'
  readonly kind: string

  constructor(kind: string, message: string) {
    super(message)
    this.kind = kind
  }
}
