/** JSON Schemas of mutations and of every `--json` document, for editors and for programs in other languages. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { mutationJsonSchema } from '../../src/logical/parse/mutationJsonSchema.ts'
import { documentSchemas } from './documentSchemas.ts'

/** Writes the schemas to the folder `schemas` below that one. */
export async function writeSchemas(folder: string): Promise<void> {
  const schemas = join(folder, 'schemas')
  await mkdir(schemas, { recursive: true })
  const all = { mutation: mutationJsonSchema(), ...documentSchemas() }
  await Promise.all(
    Object.entries(all).map(([name, schema]) =>
      writeFile(join(schemas, `${name}.json`), `${JSON.stringify(schema, null, 2)}\n`),
    ),
  )
}
