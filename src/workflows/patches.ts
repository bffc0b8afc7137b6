/** What changed in the workflows' commands since a release: histories from before replay the way they were made. */
import { deprecatePatch, patched } from '@temporalio/workflow'

/** Every history since 0.3 bears this mark: what came before is no longer there. To be removed with the histories of 0.4. */
export function marksFewerTrips(): void {
  deprecatePatch('fewer-trips')
}

/** Every history since 0.4 bears this mark: what came before is no longer there. To be removed with its histories. */
export function marksRecordsByActivities(): void {
  deprecatePatch('activities-record')
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
