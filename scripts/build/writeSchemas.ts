/** JSON Schemas, for editors and for programs in other languages. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { mutationJsonSchema } from '../../src/logical/parse/mutationJsonSchema.ts'

/** Writes the schemas to the folder `schemas` below that one. */
export async function writeSchemas(folder: string): Promise<void> {
  const schemas = join(folder, 'schemas')
  await mkdir(schemas, { recursive: true })
  await writeFile(join(schemas, 'mutation.json'), `${JSON.stringify(mutationJsonSchema(), null, 2)}\n`)
}
