/** What tells one revision of a project of SQL from another one of the same number: every text that led to it. */
import { hashOf } from '../hash.ts'
import { sha256Of } from './text.ts'

/** A link: a mutation by SQL, or the baseline, which has no way back. */
export interface ChainLink {
  readonly name: string
  readonly up: string
  readonly down: string | null
}

/** The chain with one more link; `previous` is null before the baseline. */
export function chainWith(previous: string | null, { name, up, down }: ChainLink): string {
  return sha256Of(JSON.stringify([previous, name, sha256Of(up), down === null ? null : sha256Of(down)]))
}

/** The `schema_hash` of a revision. */
export function sqlSchemaHash(revision: number, chain: string): string {
  return hashOf({ revision, chain })
}
