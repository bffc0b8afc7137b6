import type { PhysicalSchema } from './schema.ts'

/** A schema without the tables whose names match one of the globs, in which `*` stands for anything. */
export function withoutIgnored(schema: PhysicalSchema, globs: readonly string[]): PhysicalSchema {
  const patterns = globs.map((glob) => new RegExp(`^${glob.split('*').map(escaped).join('.*')}$`, 's'))
  const kept = Object.entries(schema.tables).filter(([name]) => !patterns.some((pattern) => pattern.test(name)))
  return { ...schema, tables: Object.fromEntries(kept) }
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}

/** The globs as patterns for LIKE. */
export function likePatterns(globs: readonly string[]): readonly string[] {
  return globs.map((glob) => glob.replaceAll(/[\\%_]/g, '\\$&').replaceAll('*', '%'))
}
