/** The numbered mutation files of the project. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Mutation } from '../../logical/mutations/index.ts'
import { parseMutationText } from '../../logical/parse/parseMutation.ts'

const FOLDER = fileURLToPath(new URL('../../../examples', import.meta.url))

/** One file of `examples/`. */
export interface Example {
  /** The file name without its ending: `01-create-food-category`. */
  readonly name: string
  readonly mutation: Mutation
}

/** All examples in the order of their numbers. */
export async function readExamples(): Promise<readonly Example[]> {
  const files = (await readdir(FOLDER)).filter((file) => file.endsWith('.json')).sort()
  return await Promise.all(
    files.map(async (file) => ({
      name: file.slice(0, -'.json'.length),
      mutation: parseMutationText(await readFile(join(FOLDER, file), 'utf8')),
    })),
  )
}
