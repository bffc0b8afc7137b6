/** Points at each message to a target: before it is sent, and when its answer has come but nobody has seen it yet. */
import pg from 'pg'
import { running } from './faultyActivities.ts'

/** Those that change targets; all the others only look, or are one transaction of the catalog. */
const WITH_EFFECTS = new Set(['applyToTarget', 'compensateTarget', 'sweepCohort', 'settleTargets', 'settleTarget'])

interface Session {
  readonly database?: string
  readonly connection: { readonly stream: { destroy: () => void } }
  readonly connectionParameters?: { readonly application_name?: string }
}

/** From now on, every session of this process passes points where its worker's plan asks for them. */
export function makeMessagesFaulty(): void {
  const send = pg.Client.prototype.query as (this: Session, ...args: unknown[]) => unknown
  async function sendWithPoints(this: Session, ...args: unknown[]): Promise<unknown> {
    const activity = running.getStore()
    if (activity === undefined) return await send.apply(this, args)
    const { operationId, name, identity, points } = activity
    // The next try sends the same ones in the same order.
    activity.messages += 1
    const message = `${identity} ${activity.messages}`
    // As when the process dies: Postgres ends the session and what was open in it. All others may go on meanwhile.
    const fall = (): void => this.connection.stream.destroy()
    await points.pass(operationId, `${name}: before a message`, { identity: message, fall })
    const answer = await (send.apply(this, args) as Promise<unknown>).catch((error: unknown) => {
      points.failed(operationId, `${name}: a message`, error)
      throw error
    })
    await points.pass(operationId, `${name}: after a message`, { identity: message, fall })
    return answer
  }
  function isPoint({ database, connectionParameters }: Session): boolean {
    const activity = running.getStore()
    if (activity === undefined || !activity.plan.messages || !WITH_EFFECTS.has(activity.name)) return false
    return database !== activity.plan.catalogDatabase && connectionParameters?.application_name !== 'schema-saga/side'
  }
  pg.Client.prototype.query = function (this: Session, ...args: unknown[]): unknown {
    return isPoint(this) ? sendWithPoints.apply(this, args) : send.apply(this, args)
  } as unknown as typeof pg.Client.prototype.query
}
