/** What an operation's workflow knows about itself, and how it shows it: query, current details, search attributes. */
import { defineSearchAttributeKey } from '@temporalio/common'
import { defineQuery, setCurrentDetails, setHandler, upsertSearchAttributes } from '@temporalio/workflow'
import {
  type ApplySchemaMutationInput,
  type OperationProgress,
  type OperationStatus,
  QUERY_STATUS,
  SEARCH_ATTRIBUTES,
  type TenantCounts,
  type TenantPace,
} from '../../contract.ts'

/** Named here, because the compiler would name it by a file that the SDK does not export. */
type KeywordKey = ReturnType<typeof defineSearchAttributeKey<'KEYWORD'>>

export const PROJECT_ATTRIBUTE: KeywordKey = defineSearchAttributeKey(SEARCH_ATTRIBUTES.project, 'KEYWORD')
export const TYPE_ATTRIBUTE: KeywordKey = defineSearchAttributeKey(SEARCH_ATTRIBUTES.type, 'KEYWORD')
export const STATUS_ATTRIBUTE: KeywordKey = defineSearchAttributeKey(SEARCH_ATTRIBUTES.status, 'KEYWORD')
export const TENANT_ATTRIBUTE: KeywordKey = defineSearchAttributeKey(SEARCH_ATTRIBUTES.tenant, 'KEYWORD')

const statusQuery = defineQuery<OperationProgress>(QUERY_STATUS)

/** The mutable side of one run; read by the query, written by the saga's steps only. */
export interface Progress {
  readonly show: (change: Partial<OperationProgress>) => void
  readonly now: () => OperationProgress
}

/** Registers the query `status` and keeps the Web UI's details in step with every change. */
export function trackProgress(input: ApplySchemaMutationInput): Progress {
  let now: OperationProgress = {
    operationId: input.operationId,
    status: 'pending',
    step: null,
    planHash: null,
    tenants: null,
    problems: [],
    waitsFor: null,
    paused: false,
    wave: null,
    pace: null,
    refused: null,
  }
  setHandler(statusQuery, () => now)
  return {
    now: () => now,
    show: (change) => {
      if (change.status !== undefined && change.status !== now.status) showStatus(change.status)
      now = { ...now, ...change }
      setCurrentDetails(detailsOf(input.project, now))
    },
  }
}

function showStatus(status: OperationStatus): void {
  upsertSearchAttributes([{ key: STATUS_ATTRIBUTE, value: status }])
}

function detailsOf(project: string, progress: OperationProgress): string {
  const rows: [string, string][] = [
    ['project', project],
    ['status', progress.status],
    ['step', progress.step ?? '-'],
  ]
  if (progress.waitsFor !== null) {
    rows.push(['waits for', `${progress.waitsFor.operationId} (${progress.waitsFor.status})`])
  }
  if (progress.paused) rows.push(['paused', 'by a person: nothing new is begun'])
  if (progress.wave !== null) rows.push(['wave', waveOf(progress.wave)])
  if (progress.tenants !== null) rows.push(['tenants', countsOf(progress.tenants)])
  if (progress.pace !== null) rows.push(...paceOf(progress.pace))
  if (progress.refused !== null) rows.push(['refused', progress.refused.replaceAll('|', '/')])
  for (const [code, count] of groupByCode(progress)) rows.push([code, `${count}`])
  return ['| | |', '|---|---|', ...rows.map(([name, value]) => `| ${name} | ${value} |`)].join('\n')
}

function waveOf({ number, of, soaking }: NonNullable<OperationProgress['wave']>): string {
  return `${number} of ${of}${soaking ? ', soaking' : ''}`
}

function paceOf({ rate, etaMs, slowest }: TenantPace): [string, string][] {
  const rows: [string, string][] = []
  if (rate !== null)
    rows.push(['rate', `${rate}/s${etaMs === null || etaMs === 0 ? '' : `, ${Math.ceil(etaMs / 1000)} s left`}`])
  if (slowest.length > 0) rows.push(['slowest', slowest.map(({ tenant, ms }) => `${tenant} ${ms} ms`).join(', ')])
  return rows
}

function countsOf(counts: TenantCounts): string {
  const { total, ...states } = counts
  const parts = Object.entries(states).filter(([, count]) => count > 0)
  return [`${total} in all`, ...parts.map(([state, count]) => `${count} ${state}`)].join(', ')
}

/** All of the operation where the ledger has counted them, otherwise those that are shown. */
function groupByCode(progress: OperationProgress): Map<string, number> {
  if (progress.pace !== null) return new Map(Object.entries(progress.pace.byCode))
  const groups = new Map<string, number>()
  for (const problem of progress.problems) groups.set(problem.errorCode, (groups.get(problem.errorCode) ?? 0) + 1)
  return groups
}
