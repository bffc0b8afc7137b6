/** The lines that a change by SQL is answerable for: whatever else differs on a target is drift, and no failure of the change. */
import { keyOfLine } from '../lineNames.ts'
import type { RecordLine } from '../record.ts'
import type { SqlChange } from './sqlChange.ts'

/** Of these lines, those that the proof has seen to be added, removed or altered. */
export function answerableLines(
  lines: readonly RecordLine[],
  { changed }: Pick<SqlChange, 'changed'>,
): readonly RecordLine[] {
  if (changed === undefined) return lines
  const keys = new Set(changed)
  return lines.filter((line) => keys.has(keyOfLine(line)))
}
