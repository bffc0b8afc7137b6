/** Tables for people. */
import { createRequire } from 'node:module'

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
}

/** A table without lines; `nothing` is said when it has no rows. */
export function table(
  head: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
  nothing = 'none',
): string {
  if (rows.length === 0) return nothing
  const Table = cliTable()
  const made = new Table({
    head: [...head],
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  })
  for (const row of rows) made.push(row.map((cell) => (cell === null ? '-' : String(cell))))
  return made
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}

/** Loaded late: most commands print no table. */
function cliTable(): typeof import('cli-table3') {
  return createRequire(import.meta.url)('cli-table3')
}
