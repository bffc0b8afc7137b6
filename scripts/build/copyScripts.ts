/** What the code reads at run time beside itself: SQL. */
import { cp, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Copies every SQL file to the place that it has among the sources. */
export async function copyScripts(from: string, to: string): Promise<void> {
  const files = (await readdir(from, { recursive: true })).filter((file) => file.endsWith('.sql'))
  await Promise.all(files.map((file) => cp(join(from, file), join(to, file))))
}
