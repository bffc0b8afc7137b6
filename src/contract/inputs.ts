/** What the workflows beside the operations may be started with; what a later release adds to an input passes. */
import type { ApplicationQuestion, Batches, NamedObject } from '../physical/plan/applicationCode.ts'
import type { InspectFleetInput } from './fleet.ts'
import { MOST_IN_BATCH, type ProvisionTenantsInput, type WantedTenant } from './newTenants.ts'
import {
  flag,
  input,
  list,
  Malformed,
  object,
  oneOf,
  optional,
  type Parser,
  record,
  text,
  wholeNumber,
} from './parse.ts'
import type {
  DutyResult,
  ProjectResult,
  ProjectSurvey,
  ReconcileFleetInput,
  ReconcileSoFar,
  RepairDriftInput,
} from './reconcile.ts'
import { LONGEST } from './requests.ts'
import type { ManageSetAsideInput } from './setAside.ts'
import type { SweepResult, Swept } from './sweep.ts'
import type { ApplyToCohortInput, ApplyToTenantInput, Cohort, CohortResult, ProvisionInput, Target } from './targets.ts'
import type { CatchUpBaseInput, CatchUpInput, ImportInput } from './tenants.ts'

const MOST_MODELS = 10_000
/** Namespaces that an import names one by one, and patterns of those that it leaves out. */
const MOST_NAMED = 20_000
const MOST_PATTERNS = 100
const MOST_SCOPES = 100_000
/** What a column of the catalog can hold. */
const LAST_REVISION = 2_147_483_647
/** What a date can be made of. */
const LAST_MOMENT = 8_640_000_000_000_000

const id = text(LONGEST.id, 1)
/** Longer than any name that Postgres keeps, so that its own refusal is the one that is told. */
const name = text(500, 1)
const actor = optional(text(LONGEST.actor))
/** What LIKE takes: a backslash is always followed by what it escapes. */
const pattern: Parser<string> = (value, path) => {
  const like = name(value, path)
  if (/^(?:[^\\]|\\.)*$/su.test(like)) return like
  throw new Malformed(path, 'a pattern of LIKE that does not end in a single \\ is')
}
const project = { project: id }

export const parseProvision: Parser<ProvisionInput> = input<ProvisionInput>({
  ...project,
  scope: text(LONGEST.id),
  server: id,
  namespace: name,
  actor: text(LONGEST.actor),
})

/** Where a new tenant is to be. */
export const parseWanted: Parser<WantedTenant> = input<WantedTenant>({ id, server: id, namespace: name })

export const parseProvisionTenants: Parser<ProvisionTenantsInput> = input<ProvisionTenantsInput>({
  ...project,
  actor: text(LONGEST.actor),
  tenants: list(parseWanted, MOST_IN_BATCH, 1),
})

export const parseCatchUp: Parser<CatchUpInput> = input<CatchUpInput>({
  ...project,
  tenant: id,
  actor,
  from: optional(oneOf(['parked', 'suspended'])),
  onlyCause: optional(oneOf(['failure', 'operator', 'accepted'])),
  at: optional(wholeNumber(0, LAST_REVISION)),
})

export const parseCatchUpBase: Parser<CatchUpBaseInput> = input<CatchUpBaseInput>({
  ...project,
  actor,
  at: optional(wholeNumber(0, LAST_REVISION)),
})

export const parseImport: Parser<ImportInput> = input<ImportInput>({
  ...project,
  server: id,
  like: pattern,
  except: optional(list(pattern, MOST_PATTERNS)),
  ids: optional(record(id, MOST_NAMED)),
  baseline: optional(name),
  takeOver: optional(name),
  revisions: optional(record(wholeNumber(0, LAST_REVISION), MOST_NAMED)),
  among: optional(oneOf(['newest', 'oldest'])),
  asTheyAre: optional(flag()),
  dryRun: optional(flag()),
  actor: text(LONGEST.actor),
})

export const parseInspect: Parser<InspectFleetInput> = (value, path) => {
  const kind = oneOf(['drift', 'health', 'plan'])
  const asked = input<{ readonly project: string; readonly kind: InspectFleetInput['kind'] }>({ ...project, kind })(
    value,
    path,
  )
  return input<object>(LOOKS[asked.kind])(asked, path) as InspectFleetInput
}

const LOOKS: Readonly<Record<InspectFleetInput['kind'], Readonly<Record<string, Parser<unknown>>>>> = {
  drift: { tenant: optional(id) },
  health: { models: optional(list(name, MOST_MODELS)) },
  plan: {
    question: input<ApplicationQuestion>({
      names: list(input<NamedObject>({ table: name, column: optional(name) as Parser<string> }), MOST_MODELS),
      batches: list(
        input<Batches>({
          table: name,
          columns: list(name, MOST_MODELS),
          direction: oneOf(['forward', 'compensation']),
        }),
        MOST_MODELS,
      ),
    }),
  },
}

export const parseManageSetAside: Parser<ManageSetAsideInput> = (value, path) => {
  const action = oneOf(['list', 'purge', 'restore'])
  const asked = input<{ readonly action: ManageSetAsideInput['action'] }>({ ...project, action })(value, path)
  if (asked.action === 'list') return asked as ManageSetAsideInput
  const one = { id: name, actor: text(LONGEST.actor), ...(asked.action === 'purge' && { now: flag() }) }
  return input<object>(one)(asked, path) as ManageSetAsideInput
}

export const parseRepairDrift: Parser<RepairDriftInput> = input<RepairDriftInput>({
  ...project,
  scopes: list(text(LONGEST.id), MOST_SCOPES),
  actor: text(LONGEST.actor),
})

const count = (least: number): Parser<number> => wholeNumber(least, LAST_REVISION)
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
