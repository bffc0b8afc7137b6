import { globPattern, tableGlobs } from '../ignorePattern.ts'
import type { PhysicalSchema } from './schema.ts'

/** A schema without the tables whose names match one of the globs, in which `*` stands for anything. */
export function withoutIgnored(schema: PhysicalSchema, globs: readonly string[]): PhysicalSchema {
  const patterns = tableGlobs(globs).map(globPattern)
  const kept = Object.entries(schema.tables).filter(([name]) => !patterns.some((pattern) => pattern.test(name)))
  return { ...schema, tables: Object.fromEntries(kept) }
}

/** The globs over tables as patterns for LIKE. */
export function likePatterns(globs: readonly string[]): readonly string[] {
  return tableGlobs(globs).map((glob) => glob.replaceAll(/[\\%_]/g, '\\$&').replaceAll('*', '%'))
}
