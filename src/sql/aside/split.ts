/** A text with its drops apart. Pure. */
import { readAgain } from '../script/readAgain.ts'
import type { Script, ScriptStatement } from '../script/script.ts'
import { madeBy } from '../tree/made.ts'
import { type Drop, type SplitStatement, splitDrops } from './drops.ts'

/** A statement, taken apart where it drops what could be hidden. */
export interface SplitStep {
  readonly written: ScriptStatement
  readonly split: SplitStatement | null
}

/** By stage. What the text has made itself holds nobody's rows. */
export async function splitScript({ stages }: Script): Promise<readonly (readonly SplitStep[])[]> {
  const made = madeBy(null)
  const all: SplitStep[][] = []
  for (const { kind, statements } of stages) {
    const steps: SplitStep[] = []
    for (const written of statements) {
      const isOld = (relation: unknown, column?: unknown): boolean =>
        column === undefined ? !made.has(relation) : !made.hasColumn(relation, column)
      const isWhole = kind !== 'transaction' || written.aside !== undefined
      steps.push({ written, split: isWhole ? null : await splitDrops(written, isOld) })
      for (const statement of await readAgain(written)) made.follow(statement)
    }
    all.push(steps)
  }
  return all
}

/** Whether it drops anything that could be hidden. */
export async function dropsIn(script: Script): Promise<boolean> {
  return (await splitScript(script)).some((steps) => steps.some(({ split }) => split !== null))
}

/** Before a base has told how: every drop that could be hidden is taken for hidden. `ordered`: tables whose columns the texts use in their order. */
export async function expectedHiding(
  script: Script,
  ordered: readonly string[],
  asideNameOf: (name: string) => string,
): Promise<Script> {
  const steps = await splitScript(script)
  const hiding = ({ written, split }: SplitStep): readonly ScriptStatement[] => {
    const drops = (split?.drops ?? []).filter(({ target }) => target.column === null || !ordered.includes(target.table))
    if (split === null || drops.length === 0) return [written]
    const rest = split.without(drops.map(({ target }) => target))
    return [...drops.map((drop) => expected(drop, asideNameOf)), ...(rest === null ? [] : [rest])]
  }
  return {
    stages: script.stages.map((stage, index) => ({ ...stage, statements: (steps[index] ?? []).flatMap(hiding) })),
  }
}

function expected({ target, instead }: Drop, asideNameOf: (name: string) => string): ScriptStatement {
  const asideName = asideNameOf(target.column ?? target.table)
  return { ...instead, aside: { ...target, does: 'hide', asideName, meanwhile: [], instead: [instead] } }
}
