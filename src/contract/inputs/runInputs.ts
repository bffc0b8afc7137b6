/** What the workflows that go on as new ones may be started with: also what one run hands to the next. */
import { flag, input, list, object, oneOf, optional, type Parser, record, text, wholeNumber } from '../parse.ts'
import type { DutyResult, ProjectResult, ProjectSurvey, ReconcileFleetInput, ReconcileSoFar } from '../reconcile.ts'
import { LONGEST } from '../requests.ts'
import type { SweepResult, Swept } from '../sweep.ts'
import type { ApplyToCohortInput, ApplyToTenantInput, Cohort, CohortResult, Target } from '../targets.ts'
import { actor, count, id, MOST_SCOPES, name, project } from './parts.ts'

/** What a date can be made of. */
const LAST_MOMENT = 8_640_000_000_000_000

const problems = list(object<never>(), MOST_SCOPES) as Parser<never[]>

const duty = input<DutyResult>({ found: count(0), done: count(0), left: count(0), problems })

/** What a run hands to the next one of its kind comes from a person as well, who may send anything. */
const reconciledSoFar: Parser<ReconcileSoFar> = input<ReconcileSoFar>({
  id,
  startedAt: wholeNumber(0, LAST_MOMENT),
  waiting: list(input<ProjectSurvey>(project), MOST_SCOPES),
  results: list(input<ProjectResult>({ ...project, duties: record(duty, 100) }), MOST_SCOPES),
  lookedAt: count(0),
})

export const parseReconcile: Parser<ReconcileFleetInput> = input<ReconcileFleetInput>({
  trigger: oneOf(['schedule', 'person']),
  project: optional(id),
  operation: optional(id),
  dryRun: optional(flag()),
  actor,
  soFar: optional(reconciledSoFar),
})

const work = { ...project, operationId: id, planHash: text(LONGEST.id) }

const sweepResult = input<SweepResult>({
  succeeded: count(0),
  exceptions: list(text(LONGEST.id), MOST_SCOPES),
  notTried: count(0),
})

/** How a sweep has ended that did not count. */
const swept: Parser<Swept> = (value, path) => {
  const given = object()(value, path)
  return 'unreachable' in given || 'failed' in given ? (given as Swept) : sweepResult(value, path)
}

export const parseCohort: Parser<ApplyToCohortInput> = input<ApplyToCohortInput>({
  ...work,
  start: id,
  direction: oneOf(['forward', 'compensate', 'park']),
  cohort: input<Cohort>({
    name,
    server: id,
    after: text(LONGEST.id),
    upTo: text(LONGEST.id),
    size: count(0),
    maxSessions: count(1),
  }),
  window: count(1),
  sweep: optional(flag()),
  paused: optional(flag()),
  swept: optional(swept),
  soFar: optional(input<CohortResult>({ succeeded: count(0), failed: count(0), problems })),
  left: optional(list(text(LONGEST.id), MOST_SCOPES)),
})

export const parseTenant: Parser<ApplyToTenantInput> = input<ApplyToTenantInput>({
  ...work,
  direction: oneOf(['forward', 'compensate', 'park']),
  target: input<Target>({ scope: text(LONGEST.id), server: id, namespace: name, incarnation: text(LONGEST.id) }),
})
