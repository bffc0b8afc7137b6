/** The tables whose rows every new tenant begins with, as the setting `seed` of a project of SQL names them. */
import { InputInvalid } from '../../../errors.ts'
import { unquoted } from '../../../sql/lineNames.ts'
import type { RecordLine } from '../../../sql/record.ts'

/** Whether a record has all of them. Errors: `INPUT_INVALID`. */
export function requireSeedTables(lines: readonly RecordLine[], seed: readonly string[]): void {
  const tables = new Set(lines.filter(({ kind }) => kind === 'table').map(({ name }) => unquoted(name)))
  const missing = seed.filter((name) => !tables.has(name))
  if (missing.length === 0) return
  const what = missing.length === 1 ? 'no table' : 'no tables'
  const text = `There is ${what} ${missing.join(', ')} in the base, whose rows new tenants could begin with.`
  throw new InputInvalid('INPUT_INVALID', text, { path: 'seed' })
}
