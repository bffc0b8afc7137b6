/** How a target has to look: as one that is made anew from the logical schema, in a namespace that nobody keeps. */
import { randomUUID } from 'node:crypto'
import type { ClientBase } from 'pg'
import type { LogicalSchema } from '../../../src/logical/schema.ts'
import { provisionSql } from '../../../src/physical/plan/planMutation.ts'
import { projectSchema } from '../../../src/physical/project.ts'
import { renderFor } from '../../../src/physical/sql.ts'
import { dumpSchema } from '../../fixtures/dump.ts'

const known = new Map<string, readonly string[]>()

/** The lines of the dump that a target with this schema gives. */
export async function referenceDump(client: ClientBase, schema: LogicalSchema): Promise<readonly string[]> {
  const statements = provisionSql(projectSchema(schema))
  const key = statements.join(';\n')
  const before = known.get(key)
  if (before !== undefined) return before
  const namespace = `reference_${randomUUID().slice(0, 8)}`
  await client.query('begin')
  try {
    await client.query(`create schema ${namespace}`)
    if (statements.length > 0) await client.query(renderFor(namespace, key))
    const lines = linesOf(await dumpSchema(client, namespace))
    known.set(key, lines)
    return lines
  } finally {
    await client.query('rollback')
  }
}

/** The lines of a target's dump that the product answers for: triggers and functions of the application are its own. */
export async function targetDump(client: ClientBase, namespace: string): Promise<readonly string[]> {
  return linesOf(await dumpSchema(client, namespace))
}

/** What the one has and the other has not, as `- line` (missing) and `+ line` (extra). */
export function differencesOf(expected: readonly string[], found: readonly string[]): readonly string[] {
  const missing = expected.filter((line) => !found.includes(line)).map((line) => `- ${line}`)
  return [...missing, ...found.filter((line) => !expected.includes(line)).map((line) => `+ ${line}`)]
}

function linesOf(dump: string): readonly string[] {
  // The index of a partitioned table is on that alone in its definition, and on its partitions by itself.
  const objects = joined(
    dump
      .replaceAll(' ON ONLY ', ' ON ')
      .split('\n')
      .filter((line) => line !== ''),
  )
  return objects.filter(
    (line) => (!isOfPartition(line) && !/^(function|\S+: trigger) /.test(line)) || line.includes('schema_saga_'),
  )
}

/** A key to a partitioned table has one to each partition as well, which Postgres makes and keeps by itself. */
function isOfPartition(line: string): boolean {
  return / FOREIGN KEY .* REFERENCES \S+_own\./.test(line)
}

/** The definition of a function has lines of its own. */
function joined(lines: readonly string[]): readonly string[] {
  const objects: string[] = []
  for (const line of lines) {
    const begins = /^(\S+: (column|constraint|index|trigger) |function |sequence )/.test(line)
    if (begins || objects.length === 0) objects.push(line)
    else objects.push(`${objects.pop()} ${line.trim()}`)
  }
  return objects
}
