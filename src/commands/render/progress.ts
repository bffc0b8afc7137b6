/** The progress of an operation while somebody waits: a live line on a terminal, plain lines on change otherwise. */
import type { OperationDocument } from '../../contract.ts'
import type { Surroundings } from '../io.ts'
import { waitsText } from './operationText.ts'

/** A line that tells what is going on. */
export interface Progress {
  readonly show: (text: string) => void
  readonly stop: () => void
}

/** A progress line on stderr. */
export async function createProgress({
  liveProgress,
  err,
}: Pick<Surroundings, 'liveProgress' | 'err'>): Promise<Progress> {
  if (!liveProgress) {
    let last = ''
    return {
      show: (text) => {
        if (text !== last) err(text)
        last = text
      },
      stop: () => {},
    }
  }
  // Loaded late: without a terminal nobody needs it.
  const { default: ora } = await import('ora')
  // Ora must leave stdin alone: Ctrl-C has a meaning of its own here.
  const spinner = ora({ stream: process.stderr, discardStdin: false })
  return {
    show: (text) => {
      spinner.text = text
      if (!spinner.isSpinning) spinner.start()
    },
    stop: () => {
      spinner.stop()
    },
  }
}

/** One line about an operation that is under way. */
export function describeProgress(operation: OperationDocument): string {
  const { status, tenants, waits_for } = operation
  if (waits_for !== null) return `${status}: ${waitsText(operation)}`
  const running = operation.steps.find((step) => step.state === 'running')
  if (status === 'compensating') {
    return `compensating: ${tenants.compensated} tenants undone, because ${operation.error ?? 'a step failed'}`
  }
  if (status !== 'applying') return status
  const step = running === undefined ? 'starting' : running.key
  const failed = tenants.failed > 0 ? `, ${tenants.failed} failed` : ''
  const parked = tenants.parked > 0 ? `, ${tenants.parked} parked` : ''
  const paused = operation.paused ? ', paused' : ''
  return `applying: ${step}, ${tenants.succeeded} of ${tenants.total} tenants${failed}${parked}${paused}${waitText(operation)}`
}

/** What is tried again: the first of it. */
function waitText({ steps, problems }: OperationDocument): string {
  const waits = [...steps, ...problems].find(({ state, error }) => state === 'running' && error !== null)
  return waits === undefined ? '' : `; waits: ${waits.error}`
}
