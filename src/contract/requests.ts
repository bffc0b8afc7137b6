/** What each Update and Signal of an operation may say. */
import type {
  CohortControl,
  ControlRequest,
  RepairRequest,
  RetryTenantsRequest,
  SetParallelismRequest,
  SkipTenantRequest,
} from './messages.ts'
import {
  UPDATE_ABORT,
  UPDATE_PAUSE,
  UPDATE_PROMOTE_WAVE,
  UPDATE_REPAIR,
  UPDATE_RESUME,
  UPDATE_RETRY_TENANTS,
  UPDATE_SET_PARALLELISM,
  UPDATE_SKIP_TENANT,
} from './messages.ts'
import { flag, list, message, oneOf, optional, type Parser, text, wholeNumber } from './parse.ts'

/** Longest texts that a person gives, in characters. */
export const LONGEST = { actor: 200, note: 2_000, id: 200 } as const

/** Tenants named in one message: more of them are meant by naming none. */
const MOST_TENANTS = 1_000
const MOST_PARALLEL = 1_000

const by = { actor: optional(text(LONGEST.actor)), reason: optional(text(LONGEST.note)) }
const id = text(LONGEST.id, 1)

/** What may be decided about an operation that needs repair. */
export const REPAIR_ACTIONS = ['retry', 'park', 'compensate', 'accept'] as const

/** The Update and the Signal of the same name. */
export const parseRepair: Parser<RepairRequest> = message<RepairRequest>({
  action: oneOf(REPAIR_ACTIONS),
  note: optional(text(LONGEST.note)),
  actor: optional(text(LONGEST.actor)),
})

/** The Signal to a cohort at work. */
export const parseCohortControl: Parser<CohortControl> = message<CohortControl>({
  paused: flag(),
  window: wholeNumber(1, MOST_PARALLEL),
})

const parseControl = message<ControlRequest>(by)

/** The parser of each Update. */
export const UPDATE_PARSERS: Readonly<Record<string, Parser<ControlRequest>>> = {
  [UPDATE_ABORT]: parseControl,
  [UPDATE_PAUSE]: parseControl,
  [UPDATE_RESUME]: parseControl,
  [UPDATE_PROMOTE_WAVE]: parseControl,
  [UPDATE_SKIP_TENANT]: message<SkipTenantRequest>({ ...by, tenant: id }),
  [UPDATE_RETRY_TENANTS]: message<RetryTenantsRequest>({ ...by, tenants: optional(list(id, MOST_TENANTS, 1)) }),
  [UPDATE_SET_PARALLELISM]: message<SetParallelismRequest>({ ...by, parallel: wholeNumber(1, MOST_PARALLEL) }),
  [UPDATE_REPAIR]: parseRepair as Parser<ControlRequest>,
}
