/** The texts of a change by SQL, read and paired, before anything is run. */

import { chainWith } from '../../../sql/chain.ts'
import { pairedDown } from '../../../sql/change/pairedDown.ts'
import { writtenDown } from '../../../sql/change/writtenDown.ts'
import type { NamespaceRecord } from '../../../sql/record.ts'
import { recordDifferences } from '../../../sql/recordDifferences.ts'
import { readScript } from '../../../sql/script/readScript.ts'
import type { Script, ScriptStage } from '../../../sql/script/script.ts'
import type { Queryable } from '../pool.ts'
import { requireSqlRevision, requireText } from './changes.ts'
import { readDumped } from './givenBaseline.ts'

/** A change by SQL that is to be planned for a project as it is now. */
export interface WantedChange {
  readonly name: string
  /** sha256 of the texts. */
  readonly up: string
  readonly down: string | null
  /** The revision that it takes back. */
  readonly takesBack?: number
}

/** Its texts themselves. */
export interface GivenTexts {
  readonly up: string
  readonly down: string | null
}

/** Its texts as scripts. */
export interface ChangeTexts {
  readonly up: Script
  /** As many stages as `up` has, the undo of the last one first; null where none was given. */
  readonly down: Script | null
  /** Of the revision that it makes. */
  readonly chain: string
  /** The namespace that the project's baseline was dumped from: names that are qualified with it mean the target. */
  readonly dumped: string | null
}

/** The texts that the catalog keeps. Errors: `NOT_APPLICABLE`. */
export async function keptTexts(catalog: Queryable, { up, down }: WantedChange): Promise<GivenTexts> {
  return { up: await requireText(catalog, up), down: down === null ? null : await requireText(catalog, down) }
}

/** Reads them as scripts. Errors: those of reading, `DOWN_NOT_PAIRED`. */
export async function readTexts(
  catalog: Queryable,
  { id, revision }: { readonly id: string; readonly revision: number },
  name: string,
  { up, down }: GivenTexts,
): Promise<ChangeTexts> {
  const [namespace, before] = await Promise.all([readDumped(catalog, id), requireSqlRevision(catalog, id, revision)])
  const forward = await readScript(name, up, { namespace })
  const back = down === null ? null : await readScript(`${name} (down)`, down, { namespace })
  return {
    up: forward,
    down: back === null ? null : pairedDown(name, forward, back),
    chain: chainWith(before.chain, { name, up, down }),
    dumped: namespace,
  }
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
