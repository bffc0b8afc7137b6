/** What the last run of each form on a large table showed: in a file, so that a form without one is noticed. */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { limitsOf } from '../../src/postgres/target/stage/execution.ts'
import type { FormResult } from './course.ts'
import { FORMS } from './forms.ts'
import { NEWEST, OLDER } from './majors.ts'
import { formsOfEveryKind } from './plans.ts'

const FILE = fileURLToPath(new URL('./results.json', import.meta.url))

/** The table of a run that counts has so many. */
export const ROWS = 1_000_000

/** Nobody may wait so long for a lock, in ms. */
export const BOUND_MS: number = 2 * limitsOf({}).lockMs

/** What is kept of a form on a major. */
export interface Recorded {
  readonly form: string
  readonly major: number
  readonly rows: number
  /** In ms. */
  readonly longestWaitMs: number
  /** Failures that no plan had announced. */
  readonly unannounced: number
  /** How many the application sent. */
  readonly statements: number
}

/** The names of the forms that run on a major. */
export function formsOn(major: number): readonly string[] {
  return (major === NEWEST ? FORMS : formsOfEveryKind()).map(({ form }) => form)
}

/** What a run showed that may not be, on a table of whatever size; null: nothing. */
export function troubleOf({ longestWaitMs, unannounced, statements }: Omit<Recorded, 'form' | 'major' | 'rows'>) {
  if (longestWaitMs >= BOUND_MS) return `somebody waited ${longestWaitMs} ms`
  if (unannounced > 0) return `${unannounced} failures that no plan had announced`
  return statements > 0 ? null : 'nobody was at work'
}

/** What a result that counts still has against it; null: nothing. */
export function faultOf(recorded: Recorded): string | null {
  return recorded.rows < ROWS ? `only ${recorded.rows} rows` : troubleOf(recorded)
}

/** Sentences on the forms that have not run, on every major that they run on. */
export function missingFrom(results: readonly Recorded[]): readonly string[] {
  const found = new Set(results.map(labelOf))
  return wanted().flatMap((label) => (found.has(label) ? [] : [`${label}: has not run`]))
}

/** Sentences on the results of forms that are no more, and on those that have a fault. */
export function wrongWith(results: readonly Recorded[]): readonly string[] {
  const known = new Set(wanted())
  return results.flatMap((each) => {
    const label = labelOf(each)
    const fault = known.has(label) ? faultOf(each) : 'there is no such form any more'
    return fault === null ? [] : [`${label}: ${fault}`]
  })
}

function wanted(): readonly string[] {
  return [...OLDER, NEWEST].flatMap((major) => formsOn(major).map((form) => labelOf({ form, major })))
}

/** All of them. */
export function readResults(): readonly Recorded[] {
  try {
    return JSON.parse(readFileSync(FILE, 'utf8')) as Recorded[]
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

/** Replaces the form's entry, and forgets those of forms that are no more; at once, because several forms run side by side. */
export function writeResult(major: number, result: FormResult): void {
  const { form, rows, longestWaitMs, unannounced, statements } = result
  const recorded: Recorded = { form, major, rows, longestWaitMs, unannounced: unannounced.length, statements }
  const others = readResults().filter(
    (each) => labelOf(each) !== labelOf(recorded) && formsOn(each.major).includes(each.form),
  )
  const lines = [...others, recorded]
    .toSorted((one, other) => one.major - other.major || (one.form < other.form ? -1 : 1))
    .map(
      (each) =>
        `  ${JSON.stringify(each).replaceAll('":', '": ').replaceAll(',"', ', "').replace('{', '{ ').replace(/}$/, ' }')}`,
    )
  writeFileSync(FILE, `[\n${lines.join(',\n')}\n]\n`)
}

/** How a form on a major is called. */
export function labelOf({ form, major }: Pick<Recorded, 'form' | 'major'>): string {
  return `${form} (PostgreSQL ${major})`
}
