/** Declarations that name the files which are there: the compiler renames `.ts` to `.js` in code only. */
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const SOURCE_NAMED = /((?:from|import\()\s*)'(\.[^']*)\.ts'/g

/** Rewrites every declaration below a folder. */
export async function nameCompiledFiles(folder: string): Promise<void> {
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.d.ts'))
  await Promise.all(files.map((file) => rewrite(join(folder, file))))
}

async function rewrite(path: string): Promise<void> {
  const text = await readFile(path, 'utf8')
  await writeFile(path, text.replace(SOURCE_NAMED, "$1'$2.js'"))
}
