/** The texts of an operation that takes another one back, which has hidden what it dropped. Pure. */
import type { KeptAside } from '../change/sqlChange.ts'
import type { Script, ScriptAside, ScriptStage, ScriptStatement } from '../script/script.ts'
import { splitDrops, targetKey } from './drops.ts'
import { type Hidden, withRestores } from './restores.ts'

/** Both ways. */
export interface Texts {
  readonly up: Script
  /** By the stages of `up`, the last one first; null where nothing was given. */
  readonly undo: readonly (ScriptStage | null)[]
}

/** The texts in which what another operation has hidden comes back, and is hidden again by the undo. */
export async function withRevived({ up, undo }: Texts, revives: readonly KeptAside[]): Promise<Texts> {
  if (revives.length === 0) return { up, undo }
  const hidden = revives.map(({ stage, names, restore, ...target }): Hidden => {
    return { target, names, restore: revived(restore), at: up.stages.length - stage }
  })
  const { script, refused } = await withRestores(up, hidden)
  const [first] = refused
  if (first !== undefined) throw new Error(`What was hidden does not come back: ${first[1]}.`)
  return { up: script, undo: await hidingAgain(undo, revives) }
}

function revived(statement: ScriptStatement): ScriptStatement {
  return { ...statement, aside: { ...(statement.aside as ScriptAside), revives: true } }
}

async function hidingAgain(undo: Texts['undo'], revives: readonly KeptAside[]): Promise<Texts['undo']> {
  const again = undo.map(async (stage, index) => {
    if (stage === null) return null
    const here = revives.filter((each) => each.stage === index + 1)
    const statements = stage.statements.map(async (written) => {
      const split = here.length === 0 ? null : await splitDrops(written, () => true)
      const keys = split?.drops.map(({ target }) => targetKey(target)) ?? []
      const hidden = here.filter((each) => keys.includes(targetKey(each)))
      if (split === null || hidden.length === 0) return [written]
      const rest = split.without(hidden)
      return [...hidden.map(({ hide }) => revived(hide)), ...(rest === null ? [] : [rest])]
    })
    return { ...stage, statements: (await Promise.all(statements)).flat() }
  })
  return await Promise.all(again)
}
