/** Tables for people. */
import CliTable from 'cli-table3'

const NO_LINES = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' },
}

/** A table without lines; `nothing` is said when it has no rows. */
export function table(
  head: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
  nothing = 'none',
): string {
  if (rows.length === 0) return nothing
  const made = new CliTable({
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
