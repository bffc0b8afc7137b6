/** Colours, for terminals only. */
import { styleText } from 'node:util'
import type { OperationStatus } from '../../contract.ts'

const COLOURS: Readonly<Record<OperationStatus, 'green' | 'red' | 'yellow' | 'cyan'>> = {
  pending: 'cyan',
  applying: 'cyan',
  compensating: 'yellow',
  committed: 'green',
  failed: 'red',
  cancelled: 'red',
  needs_repair: 'yellow',
}

/** The status in its colour, or plain. */
export function paintStatus(status: OperationStatus, colour: boolean): string {
  return colour ? styleText(COLOURS[status], status, { validateStream: false }) : status
}

/** Bold text, or plain. */
export function paintStrong(text: string, colour: boolean): string {
  return colour ? styleText('bold', text, { validateStream: false }) : text
}
