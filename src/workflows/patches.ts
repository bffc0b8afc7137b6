/** What changed in the workflows' commands since a release: histories from before replay the way they were made. */
import { patched } from '@temporalio/workflow'

/**
 * Whether this run makes as few trips to the server as it can. Histories from before have an activity for each piece of
 * bookkeeping, a child for each cohort that is swept, a look for cohorts behind the last page, and a record of the
 * persisted schema after the one that persist itself writes.
 */
export function makesFewerTrips(): boolean {
  return patched('fewer-trips')
}

/**
 * Whether activities write when their step began, and persist that the tenants' step is over; and whether the tenants are
 * counted once when the last cohorts have ended (since 0.4). What activities say in their answers, that a success is on
 * record, whose turn it is, or that nobody is behind, needs no patch: old answers do not have it.
 */
export function leavesRecordsToActivities(): boolean {
  return patched('activities-record')
}

/** Whether what a person accepts is marked by one activity for all targets, and not by one for each (since 0.5). */
export function acceptsInPages(): boolean {
  return patched('accept-in-pages')
}

/** Whether a tenant that could not be made is forgotten, so that nothing of it is left in the catalog (since 0.5). */
export function leavesNothingBehind(): boolean {
  return patched('provisioning-leaves-nothing')
}

/** Whether a Signal that makes no sense is answered at once, and not when the next decision is waited for (since 0.5). */
export function answersSignals(): boolean {
  return patched('answer-signals')
}

/** Whether work that failed waits for what was begun beside it, so that an undo never meets it (since 0.5). */
export function waitsForOthers(): boolean {
  return patched('wait-for-others')
}

/**
 * Whether what a person decides outlives the run that was told, and counts in the rounds around persist as before them
 * (since 0.5).
 */
export function keepsDecisions(): boolean {
  return patched('keep-decisions')
}
