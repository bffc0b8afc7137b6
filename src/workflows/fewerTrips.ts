/** What changed in the workflows' commands since 0.2: histories from before replay the way they were made. */
import { patched } from '@temporalio/workflow'

/**
 * Whether this run makes as few trips to the server as it can. Histories from before have an activity for each piece of
 * bookkeeping, a child for each cohort that is swept, a look for cohorts behind the last page, and a record of the
 * persisted schema after the one that persist itself writes.
 */
export function makesFewerTrips(): boolean {
  return patched('fewer-trips')
}
