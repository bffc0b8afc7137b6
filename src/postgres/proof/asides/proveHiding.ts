/** Proves a text as it will run: what it drops is kept out of sight where that leads there and back as well. */
import type { ClientBase } from 'pg'
import { SagaError } from '../../../errors.ts'
import { targetKey } from '../../../sql/aside/drops.ts'
import { type Hidden, undoWithRestores, withoutAsides } from '../../../sql/aside/restores.ts'
import { withRevived } from '../../../sql/aside/revived.ts'
import { dropsIn } from '../../../sql/aside/split.ts'
import type { KeptAside } from '../../../sql/change/sqlChange.ts'
import { keyOfLine } from '../../../sql/lineNames.ts'
import type { Script, ScriptAside } from '../../../sql/script/script.ts'
import type { ProofQuestion } from '../course.ts'
import { type Proof, proveChange } from '../proveChange.ts'
import { type Hide, type Plain, prepareHiding } from './prepare.ts'

/** How drops are to be dealt with. */
export interface Hiding {
  /** Whether drops of this text are hidden. */
  readonly isWanted: boolean
  readonly nextPrefix: () => string
  /** What the operation that is taken back has hidden. */
  readonly revives: readonly KeptAside[]
  /** Tables whose order of columns the texts rely on. */
  readonly ordered: readonly string[]
}

/** The texts as they run, and what they are without us. */
export interface ProvenTexts {
  readonly proof: Proof
  readonly up: Script
  /** What leads back by itself, also where nothing was hidden; null where nothing does. */
  readonly back: Script | null
  readonly asides: readonly KeptAside[]
  readonly plain: readonly Plain[]
}

/** Errors: those of `proveChange` for the texts as they were given. */
export async function proveHiding(client: ClientBase, question: ProofQuestion, how: Hiding): Promise<ProvenTexts> {
  const given = await proveChange(client, question)
  const asGiven = { proof: given, up: question.up, back: given.down, asides: [], plain: [] }
  const drops = how.isWanted && (await dropsIn(question.up))
  if (!drops && how.revives.length === 0) return asGiven
  const reviving = { ...question, ...(await withRevived(question, how.revives)) }
  const prepared = await prepare(client, reviving, how, drops)
  const plain = [...prepared.plain]
  let chosen = prepared.hides
  const { refused } = await undoWithRestores(
    reviving.undo,
    chosen.map((each) => hiddenIn(reviving.up, each)),
  )
  const whys = new Map([...refused].map(([{ target }, why]) => [targetKey(target), why]))
  for (const { target, hide } of chosen) {
    const why = whys.get(targetKey(target))
    if (why !== undefined) plain.push({ target, place: hide.place, why })
  }
  chosen = chosen.filter(({ target }) => !whys.has(targetKey(target)))
  if (chosen.length === 0 && how.revives.length === 0) return { ...asGiven, plain }
  const prove = (some: readonly Hide[]) => proveWith(client, reviving, some, prepared.hiding(some))
  const found = await mostOf(chosen, prove, plain)
  if (found === null) return { ...asGiven, plain }
  const { proof, up } = found
  const back = question.undo.includes(null) ? await alone(client, question, proof.down) : given.down
  return { proof, up, back, asides: found.chosen.map(keptOf), plain }
}

type Proven = { readonly proof: Proof; readonly up: Script }

/** All of them, else as many as there can be, one by one. */
async function mostOf(
  hides: readonly Hide[],
  prove: (some: readonly Hide[]) => Promise<Proven>,
  plain: Plain[],
): Promise<(Proven & { readonly chosen: readonly Hide[] }) | null> {
  let best: (Proven & { readonly chosen: readonly Hide[] }) | null = null
  try {
    return { ...(await prove(hides)), chosen: hides }
  } catch (error) {
    if (!(error instanceof SagaError) || hides.length === 0) throw error
    if (hides.length === 1) plain.push(...hides.map((each) => plainBy(each, error)))
  }
  for (const each of hides.length === 1 ? [] : hides) {
    const chosen: readonly Hide[] = [...(best?.chosen ?? []), each]
    try {
      best = { ...(await prove(chosen)), chosen }
    } catch (error) {
      if (!(error instanceof SagaError)) throw error
      plain.push(plainBy(each, error))
    }
  }
  return best
}

function plainBy({ target, hide: { place } }: Hide, { message }: SagaError): Plain {
  return { target, place, why: message }
}

async function proveWith(
  client: ClientBase,
  question: ProofQuestion,
  chosen: readonly Hide[],
  up: Script,
): Promise<Proven> {
  const hidden = chosen.map((each) => hiddenIn(up, each))
  const { undo } = await undoWithRestores(question.undo, hidden)
  const write: ProofQuestion['write'] = async (stage, before, after) => {
    const here = chosen.filter(({ hide }) => stage.statements.includes(hide))
    const gone = new Set(here.flatMap(({ lines }) => [...lines]))
    const left = { ...before, lines: before.lines.filter((line) => !gone.has(keyOfLine(line))) }
    const written = await question.write(stage, left, after)
    if (written === null || here.length === 0) return written
    return { ...written, statements: [...written.statements, ...here.toReversed().map(({ restore }) => restore)] }
  }
  return { proof: await proveChange(client, { ...question, up, undo, write }), up }
}

function hiddenIn({ stages }: Script, { target, names, restore, stage }: Hide): Hidden {
  return { target, names, restore, at: stages.length - 1 - stage }
}

function keptOf({ target, stage, names, hide, restore }: Hide): KeptAside {
  const { asideName } = hide.aside as ScriptAside
  return { ...target, asideName, stage: stage + 1, names, hide, restore }
}

/** Whether what was written leads back by itself, for those on which nothing was hidden. */
async function alone(client: ClientBase, question: ProofQuestion, down: Script | null): Promise<Script | null> {
  const plain = down === null ? null : withoutAsides(down)
  if (plain === null) return null
  try {
    return (await proveChange(client, { ...question, undo: plain.stages })).down
  } catch (error) {
    if (error instanceof SagaError) return null
    throw error
  }
}

async function prepare(client: ClientBase, question: ProofQuestion, how: Hiding, has: boolean) {
  if (has) return await prepareHiding(client, { question, ...how })
  return { hides: [], plain: [], hiding: () => question.up }
}
