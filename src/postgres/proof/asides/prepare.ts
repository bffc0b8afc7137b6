/** Runs a text on the base to see which of its drops can be kept out of sight instead, and how; nothing of it stays. */
import type { ClientBase } from 'pg'
import { SagaError } from '../../../errors.ts'
import { type Drop, targetKey } from '../../../sql/aside/drops.ts'
import { type SplitStep, splitScript } from '../../../sql/aside/split.ts'
import { keyOfLine } from '../../../sql/lineNames.ts'
import type { NamespaceRecord } from '../../../sql/record.ts'
import { recordDifferences } from '../../../sql/recordDifferences.ts'
import { readScript } from '../../../sql/script/readScript.ts'
import type { AsideTarget, Script, ScriptAside, ScriptStage, ScriptStatement } from '../../../sql/script/script.ts'
import { placeOf } from '../../target/script/place.ts'
import { type Course, look, type ProofQuestion, run } from '../course.ts'
import { hidingOf, type NotHidden } from './hiding.ts'
import { madeAnew } from './madeAnew.ts'

/** A drop that can be kept out of sight. */
export interface Hide {
  readonly target: AsideTarget
  /** Of the text, from 0. */
  readonly stage: number
  readonly names: readonly string[]
  /** The lines of the record that are gone with it. */
  readonly lines: ReadonlySet<string>
  readonly hide: ScriptStatement
  readonly restore: ScriptStatement
}

/** A drop that stays what it is. */
export interface Plain {
  readonly target: AsideTarget
  readonly place: string
  readonly why: string
}

/** A text with its drops apart. */
export interface Prepared {
  readonly hides: readonly Hide[]
  readonly plain: readonly Plain[]
  /** The text in which some of them are hidden. */
  readonly hiding: (chosen: readonly Hide[]) => Script
}

/** `nextPrefix`: of the names of the next hidden object; `ordered`: tables whose order of columns the texts rely on. */
export interface Preparing {
  readonly question: ProofQuestion
  readonly nextPrefix: () => string
  readonly ordered: readonly string[]
}

type Item = SplitStep & { readonly hides: Hide[] }

/** Errors: those of the text. */
export async function prepareHiding(client: ClientBase, preparing: Preparing): Promise<Prepared> {
  const { question } = preparing
  const items = (await splitScript(question.up)).map((stage) => stage.map((step): Item => ({ ...step, hides: [] })))
  const plain: Plain[] = []
  await client.query('BEGIN')
  try {
    const course = {
      client,
      place: await placeOf(client, question.namespace, question),
      question,
      dropped: new Map(),
      commits: null,
    }
    for (const [index, stage] of question.up.stages.entries()) {
      for (const item of items[index] ?? []) await walk(course, preparing, { item, stage, index, plain })
    }
  } finally {
    // It is told again, and proven.
    await client.query('ROLLBACK')
  }
  return {
    hides: items.flat().flatMap(({ hides }) => hides),
    plain,
    hiding: (chosen) => ({
      stages: question.up.stages.map((stage, index) => ({
        ...stage,
        statements: (items[index] ?? []).flatMap((item) => statementsOf(item, chosen)),
      })),
    }),
  }
}

function statementsOf({ written, split, hides }: Item, chosen: readonly Hide[]): readonly ScriptStatement[] {
  const hidden = hides.filter((each) => chosen.includes(each))
  if (split === null || hidden.length === 0) return [written]
  const rest = split.without(hidden.map(({ target }) => target))
  return [...hidden.map(({ hide }) => hide), ...(rest === null ? [] : [rest])]
}

interface Step {
  readonly item: Item
  readonly stage: ScriptStage
  readonly index: number
  readonly plain: Plain[]
}

async function walk(course: Course, preparing: Preparing, { item, stage, index, plain }: Step): Promise<void> {
  let waiting = item.split?.drops ?? []
  const whys = new Map<string, string>()
  // One of them may have to go before another.
  for (let before = -1; waiting.length > 0 && waiting.length !== before; ) {
    before = waiting.length
    const left: Drop[] = []
    for (const drop of waiting) {
      const found = await tryHiding(course, preparing, { drop, index, place: item.written.place })
      if (!('why' in found)) {
        item.hides.push(found)
        await run(course, { kind: 'transaction', statements: [drop.instead] })
      } else {
        whys.set(targetKey(drop.target), found.why)
        left.push(drop)
      }
    }
    waiting = left
  }
  for (const { target } of waiting) {
    plain.push({ target, place: item.written.place, why: whys.get(targetKey(target)) ?? '' })
  }
  const rest = item.hides.length === 0 ? item.written : item.split?.without(item.hides.map(({ target }) => target))
  if (rest !== null && rest !== undefined) await run(course, { ...stage, statements: [rest] })
}

type Tried = { readonly drop: Drop; readonly index: number; readonly place: string }

async function tryHiding(
  course: Course,
  preparing: Preparing,
  { drop, index, place }: Tried,
): Promise<Hide | NotHidden> {
  const { client } = course
  const { target, instead } = drop
  if (target.column !== null && preparing.ordered.includes(target.table)) {
    return { why: 'the texts rely on the order of columns of its table' }
  }
  const hiding = await hidingOf(client, course.place, target, preparing.nextPrefix())
  if ('why' in hiding) return hiding
  const { asideName, names, meanwhile } = hiding
  const common = { ...target, asideName, meanwhile }
  const ours = (sql: readonly string[], aside: ScriptAside): ScriptStatement => {
    const text = [sql.join(';\n')]
    return { sql: text, plain: text, kind: 'AlterTableStmt', place, runsCode: false, writesRows: false, aside }
  }
  const behind = await scriptOf(place, hiding.behind, course.place.namespace)
  const hide = ours(hiding.hide, { ...common, does: 'hide', instead: [instead] })
  const made = await madeAnew(client, course.place, target)
  const anew = made.length === 0 ? null : await scriptOf(place, made, course.place.namespace)
  const restore = ours(hiding.restore, { ...common, does: 'restore', instead: anew, behind })
  const lines = await goneBy(course, hide)
  return 'why' in lines ? lines : { target, stage: index, names, lines: lines.gone, hide, restore }
}

/** They belong to the object that is hidden, so that none of them writes rows that anybody has written. */
async function scriptOf(
  place: string,
  statements: readonly string[],
  namespace: string,
): Promise<readonly ScriptStatement[]> {
  const text = statements.map((each) => `${each};\n`).join('')
  const { stages } = await readScript(place, text, { namespace })
  return stages.flatMap((stage) => stage.statements).map((each) => ({ ...each, place, writesRows: false }))
}

/** Hides it, looks, and takes that back: the text goes on as it was given, because what follows may need what is hidden gone. */
async function goneBy(
  course: Course,
  hide: ScriptStatement,
): Promise<{ readonly gone: ReadonlySet<string> } | NotHidden> {
  const { client } = course
  const before = await look(course)
  await client.query('SAVEPOINT schema_saga_hide')
  try {
    await run(course, { kind: 'transaction', statements: [hide] })
    const after = await look(course)
    const other = recordDifferences(before, after).find(({ kind }) => kind !== 'missing')
    return other === undefined
      ? { gone: missingFrom(before, after) }
      : { why: `hiding it would change ${other.object}` }
  } catch (error) {
    if (!(error instanceof SagaError)) throw error
    return { why: error.message }
  } finally {
    await client.query('ROLLBACK TO SAVEPOINT schema_saga_hide')
  }
}

function missingFrom(before: NamespaceRecord, after: NamespaceRecord): ReadonlySet<string> {
  const there = new Set(after.lines.map(keyOfLine))
  return new Set(before.lines.map(keyOfLine).filter((key) => !there.has(key)))
}
