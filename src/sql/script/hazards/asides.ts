/** What a person should know of something that is hidden instead of dropped. */
import { targetText } from '../../aside/drops.ts'
import type { ScriptAside } from '../script.ts'
import type { Found } from './hazard.ts'

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const

/** A hold in words, in the largest unit that it is a whole number of. */
export function heldText(ms: number): string {
  const [unit, each] = UNITS.find(([, size]) => ms >= size && ms % size === 0) ?? ['ms', 1]
  const count = ms / each
  return `${count} ${unit}${count === 1 || unit === 'ms' ? '' : 's'}`
}

/** Of one that hides. `held`: for how long, in words. */
export function hiddenOf(aside: ScriptAside, held: string): Found {
  const { table, column, asideName } = aside
  const what = column === null ? 'its rows' : 'its values'
  const kept = `${targetText(aside)} is not dropped: it and ${what} are kept as ${asideName}, out of sight, for ${held} after the operation, and come back by an undo or a revert; \`set-aside list\` shows it, \`set-aside purge\` drops it`
  if (column === null) return [['SETS_ASIDE', kept]]
  const positional = `an INSERT into ${table} without a list of columns, and a COPY without one, puts its values into hidden columns too`
  return [
    ['SETS_ASIDE', kept],
    ['BREAKS_POSITIONAL_WRITES', positional],
  ]
}
