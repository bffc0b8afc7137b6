/** What is not compiled but needed at run time, beside the code: SQL, and the program that forwards a port. */
import { cp, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Copies every such file to the place that it has among the sources. */
export async function copyScripts(from: string, to: string): Promise<void> {
  const files = (await readdir(from, { recursive: true })).filter((file) => /\.(sql|js)$/.test(file))
  await Promise.all(files.map((file) => cp(join(from, file), join(to, file))))
}
