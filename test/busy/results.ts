/** What the last run of each form on a large table showed: in a file, so that a form without one is noticed. */
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { FormResult } from './course.ts'

const FILE = fileURLToPath(new URL('./results.json', import.meta.url))

/** What is kept of a form. */
export interface Recorded {
  readonly rows: number
  /** In ms. */
  readonly longestWaitMs: number
  /** Failures that no plan had announced. */
  readonly unannounced: number
}

/** By the form's name. */
export async function readResults(): Promise<Readonly<Record<string, Recorded>>> {
  try {
    return JSON.parse(await readFile(FILE, 'utf8')) as Record<string, Recorded>
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    throw error
  }
}

/** Replaces the form's entry. */
export async function writeResults({ form, rows, longestWaitMs, unannounced }: FormResult): Promise<void> {
  const recorded: Recorded = { rows, longestWaitMs, unannounced: unannounced.length }
  const all = Object.entries({ ...(await readResults()), [form]: recorded }).sort(([a], [b]) => (a < b ? -1 : 1))
  await writeFile(FILE, `${JSON.stringify(Object.fromEntries(all), null, 2)}\n`)
}
