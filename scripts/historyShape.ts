/** What a recorded history says, without what only tells one run, one tenant and one moment from another. */
import { canonicalize } from 'json-canonicalize'

/** A history as a replay fixture, with the workflow id it ran under. */
export interface RecordedHistory {
  readonly workflowId: string
  readonly history: { readonly events: readonly unknown[] }
}

/** Fields of events that no workflow code sees: when, by whom, and which command of the parent. */
const OF_THE_RUN = new Set([
  'eventTime',
  'taskId',
  'requestId',
  'historySizeBytes',
  'workerVersion',
  'parentInitiatedEventId',
  'parentWorkflowExecution',
  'complete_time',
  'original_schedule_time',
])

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g
const TIME = /20\d\d-\d\d-\d\dT[\d:.]+Z/g
const TENANT = /(?:^|\/)(?:undo-|park-)?t\/(\w+)$/

/**
 * The events with placeholders for ids, times and the tenant. Payloads are compared decoded: two histories of one shape
 * take the workflow code along the same path with the same values.
 */
export function historyShape({ workflowId, history }: RecordedHistory): string {
  // Canonical, because protobuf maps are written in no order.
  const events: unknown = JSON.parse(JSON.stringify(history.events, withoutRun))
  const text = canonicalize(events).replace(UUID, '<uuid>').replace(TIME, '<time>')
  const tenant = TENANT.exec(workflowId)?.[1]
  if (tenant === undefined) return text
  return text.replace(new RegExp(`(?<![A-Za-z0-9])(replay_)?${tenant}(?![A-Za-z0-9])`, 'g'), '$1<tenant>')
}

/** The story that a workflow belongs to: its operation, or what it does (`provision`, `catch-up`, `reconcile`). */
export function storyOf(workflowId: string): string {
  const parts = workflowId.split('/')
  return parts.slice(0, parts[0] === 'schema' ? 3 : 1).join('/')
}

function withoutRun(key: string, value: unknown): unknown {
  if (OF_THE_RUN.has(key)) return undefined
  // Sets, written in no order.
  if (Array.isArray(value) && key.endsWith('UsedFlags')) return value.toSorted()
  return key === 'data' && typeof value === 'string' ? decoded(value) : value
}

function decoded(data: string): unknown {
  const text = Buffer.from(data, 'base64').toString('utf8')
  try {
    return JSON.parse(text) as unknown
  } catch {
    // Not every payload is JSON.
    return text
  }
}
