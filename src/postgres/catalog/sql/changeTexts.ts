/** The texts of a change by SQL, read and paired, before anything is run. */

import { chainWith } from '../../../sql/chain.ts'
import type { KeptRows } from '../../../sql/change/keptRows.ts'
import { pairedDown } from '../../../sql/change/pairedDown.ts'
import type { KeptAside } from '../../../sql/change/sqlChange.ts'
import { writtenDown } from '../../../sql/change/writtenDown.ts'
import type { NamespaceRecord } from '../../../sql/record.ts'
import { recordDifferences } from '../../../sql/recordDifferences.ts'
import { readScript } from '../../../sql/script/readScript.ts'
import type { Script, ScriptStage } from '../../../sql/script/script.ts'
import type { Queryable } from '../pool.ts'
import { requireSqlRevision, requireText } from './changes.ts'
import { readDumped } from './givenBaseline.ts'

/** Texts under their name, by their sha256 or as they are. */
export interface NamedTexts {
  readonly name: string
  readonly up: string
  readonly down: string | null
}

/** A change by SQL that is to be planned for a project as it is now. */
export interface WantedChange {
  readonly name: string
  /** By their sha256, in the order in which they run: one, under the name of the whole, unless several were asked for together. */
  readonly texts: readonly NamedTexts[]
  /** The revision that it takes back. */
  readonly takesBack?: number
  /** Rows that another tool keeps of what it takes back. */
  readonly kept?: KeptRows
  /** What the operation that made it has hidden. */
  readonly revives?: readonly KeptAside[]
}

/** Its texts as scripts. */
export interface ChangeTexts {
  readonly up: Script
  /** By the stages of `up`, the last one first: what undoes it, or null where nothing was given for it. */
  readonly undo: readonly (ScriptStage | null)[]
  /** Of the revision that it makes. */
  readonly chain: string
  /** The namespace that the project's baseline was dumped from: names that are qualified with it mean the target. */
  readonly dumped: string | null
}

/** The texts that the catalog keeps. Errors: `NOT_APPLICABLE`. */
export async function keptTexts(catalog: Queryable, hashes: readonly NamedTexts[]): Promise<readonly NamedTexts[]> {
  const texts: NamedTexts[] = []
  for (const { name, up, down } of hashes) {
    const back = down === null ? null : await requireText(catalog, down)
    texts.push({ name, up: await requireText(catalog, up), down: back })
  }
  return texts
}

/** Reads them as scripts. Errors: those of reading, `DOWN_NOT_PAIRED`. */
export async function readTexts(
  catalog: Queryable,
  { id, revision }: { readonly id: string; readonly revision: number },
  texts: readonly NamedTexts[],
): Promise<ChangeTexts> {
  const [namespace, before] = await Promise.all([readDumped(catalog, id), requireSqlRevision(catalog, id, revision)])
  const stages: ScriptStage[] = []
  const undo: (ScriptStage | null)[] = []
  let { chain } = before
  for (const { name, up, down } of texts) {
    const forward = await readScript(name, up, { namespace })
    const back = down === null ? null : await readScript(`${name} (down)`, down, { namespace })
    stages.push(...forward.stages)
    undo.unshift(...(back === null ? forward.stages.map(() => null) : pairedDown(name, forward, back).stages))
    chain = chainWith(chain, { name, up, down })
  }
  return { up: { stages }, undo, chain, dumped: namespace }
}

/** The undo of a stage that only added objects; null where it did anything else. */
export async function writeUndo(
  name: string,
  { index }: ScriptStage,
  before: NamespaceRecord,
  after: NamespaceRecord,
): Promise<ScriptStage | null> {
  const statements = writtenDown(recordDifferences(before, after), before.lines, after.lines)
  if (statements === null) return null
  const text = statements.map(
    (each) => `${index === undefined ? each : each.replace(/^DROP INDEX/, 'DROP INDEX CONCURRENTLY')};\n`,
  )
  const { stages } = await readScript(`${name} (written down)`, text.join(''), { namespace: null })
  return stages[0] ?? { kind: 'transaction', statements: [] }
}
