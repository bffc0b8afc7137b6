/** What a check of a statement is given, and what it answers. */
import type { Tree } from '../../parser.ts'

/** What a check may ask beside the tree. */
export interface Reading {
  /** The namespace that qualifications mean; null when the text has none. */
  readonly namespace: string | null
}

/** Why a statement does not run, and what to do: a clause; null when it runs. */
export type Check = (tree: Tree, reading: Reading) => string | null
