/** How fast a run of migrations goes over the tenants, and how long it will take at that pace. */
import type { MigrationCourse } from '../../client/migrations/runMigrations.ts'
import type { OperationDocument } from '../../contract.ts'
import { describeProgress } from '../render/progress.ts'

/** Below that, a rate is noise. */
const LEAST_MS = 2_000

/** One line about a run for each look at it; `now` in ms. */
export function createPace(now: () => number): (course: MigrationCourse) => string {
  let began: { readonly at: number; readonly time: number; readonly done: number } | null = null
  let rate: number | null = null
  return ({ run, at, together, operation }) => {
    const total = run.migrations.length
    const name = run.migrations[at]?.name
    if (operation === null || name === undefined) return `0 of ${total}`
    const done = doneOf(operation)
    const time = now()
    if (began?.at !== at) began = done > 0 ? { at, time, done } : null
    else if (time - began.time >= LEAST_MS && done > began.done)
      rate = (done - began.done) / ((time - began.time) / 1_000)
    const left = operation.tenants.total * (together > 1 ? 1 : total - at) - done
    const pace = rate === null || operation.status !== 'applying' ? '' : `, ${paceText(rate, left)}`
    const which = together > 1 ? `${together} as one operation` : `${at + 1} of ${total}, ${name}`
    return `${which}: ${describeProgress(operation)}${pace}`
  }
}

function doneOf({ tenants: { total, pending, running } }: OperationDocument): number {
  return total - pending - running
}

function paceText(rate: number, left: number): string {
  const shown = rate >= 10 ? String(Math.round(rate)) : rate.toFixed(1)
  return `${shown} tenants a second, about ${durationText(left / rate)} left`
}

function durationText(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
