/** The points at which a worker's time may have come, and how it ends there. */
import { drawn } from '../../faults/draw.ts'

/**
 * How a worker dies at a message: before it is sent; when its answer has come, but nobody has seen it yet; or when it
 * has just been sent, so that the server goes on with it for a moment.
 */
export type End = 'before' | 'behind' | 'late'

/** The n-th message of a worker that concerns the scope, from 1. */
interface Point {
  readonly scope: string
  readonly at: number
}

/** The point at which a worker's time has come; at `still` it lives on, but stands there until it is woken. */
export interface Doom extends Point {
  readonly end: End | 'still'
}

/** A point that a worker has come to, with the statement that it sent there. */
export interface PassedPoint extends Point {
  readonly text: string
}

/** Statements that change nothing but their session: of those that the server still does, nothing is left. */
const QUIET =
  /^\s*(begin|reset|rollback|select (version|set_config|pg_backend_pid|pg_try_advisory|pg_advisory_unlock|i\.indisvalid|last_key))/i

/**
 * The ends at these points. Before a message nothing is on the server but what the one in front of it has left behind, so
 * that only the first one of each scope needs to end before it was sent.
 */
export function endsAt(points: readonly PassedPoint[]): Doom[] {
  return points.flatMap(({ scope, at, text }) => [
    ...(at === 1 ? [{ scope, at, end: 'before' } as const] : []),
    { scope, at, end: 'behind' } as const,
    ...(QUIET.test(text) ? [] : [{ scope, at, end: 'late' } as const]),
  ])
}

/** How a test calls it. */
export function nameOf({ scope, at, end }: Doom): string {
  return `${end} message ${at} of ${scope}`
}

/** Of each story, where a run does not try all. */
const DRAWN = 2

/** The dooms that this run tries of a story: of different kinds, as far as it goes. */
export function doomsOf(story: string, dooms: readonly Doom[], points: readonly PassedPoint[]): readonly Doom[] {
  const statements = new Map(points.map((point) => [placeOf(point), statementOf(point)]))
  return drawn(dooms, { story, most: DRAWN, kindOf: (doom) => `${doom.end} ${statements.get(placeOf(doom))}` })
}

function placeOf({ scope, at }: Point): string {
  return `${scope} ${at}`
}

/** The function of the protocol that a message calls, or its first words. */
function statementOf({ text }: PassedPoint): string {
  return /\w+_v\d+/.exec(text)?.[0] ?? text.trim().slice(0, 20)
}
