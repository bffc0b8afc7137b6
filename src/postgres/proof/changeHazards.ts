/** What a person should know of a change by SQL before it runs: what its grammar tells, and what the proof has seen. */
import type { Hazard } from '../../physical/change.ts'
import { ident } from '../../physical/sql.ts'
import { runOf } from '../../sql/aside/steps.ts'
import { lenientParts } from '../../sql/change/leniency.ts'
import type { Tree } from '../../sql/parser.ts'
import type { NamespaceRecord } from '../../sql/record.ts'
import { droppedText } from '../../sql/script/hazards/loss.ts'
import { scriptHazards } from '../../sql/script/hazards.ts'
import { readAgain } from '../../sql/script/readAgain.ts'
import type { Script } from '../../sql/script/script.ts'
import { ROWS_ALONE } from '../target/script/fences.ts'
import type { Plain } from './asides/prepare.ts'
import { grantsLost } from './grantsLost.ts'
import type { Proof } from './proveChange.ts'

/** The texts of a change, as they run. */
export interface ChangeScripts {
  readonly up: Script
  readonly down: Script | null
  /** Drops that stay what they are, and why. */
  readonly plain?: readonly Plain[]
  /** How long what is hidden is kept, in words. */
  readonly held?: string
}

/** All of them, in the order in which they were found. */
export async function changeHazards(
  { up, down, plain = [], held }: ChangeScripts,
  proof: Proof,
): Promise<readonly Hazard[]> {
  const typeOf = typesIn(proof.records[0])
  const there = explained(await scriptHazards(up, { typeOf, ...(held !== undefined && { held }) }), plain)
  const undoes = await undoneBy(up, proof)
  const back = down === null ? [] : await scriptHazards(down, { undoes })
  const told = [...there, ...back.filter(({ name }) => OF_WAYS_BACK.has(name))]
  return [
    ...told,
    ...(down === null ? [] : await needingRows(down, undoes)),
    ...unseenWrites(told, proof),
    ...(down === null ? [] : beyondBatches(up, down)),
    ...passes(proof),
    ...(await grantsLost(up, proof)),
    ...reordered(proof),
    ...shared(proof),
    ...uncounted(proof),
  ]
}

/** Why rows are lost that need not be. */
function explained(hazards: readonly Hazard[], plain: readonly Plain[]): readonly Hazard[] {
  return hazards.map((hazard) => {
    if (hazard.name !== 'LOSES_DATA') return hazard
    const { why } = plain.find((each) => hazard.detail.startsWith(`${each.place}: ${droppedText(each.target)} `)) ?? {}
    return why === undefined ? hazard : { ...hazard, detail: `${hazard.detail} (it is not set aside: ${why})` }
  })
}

/** Whoever undoes a change waits as long as it takes, and what it loses was not for it to lose. */
const OF_WAYS_BACK: ReadonlySet<string> = new Set(['LOSES_DATA', 'WRITES_ROWS'])

/** Rows written before an undo may forbid parts of it. */
async function needingRows({ stages }: Script, undoes: (table: string) => boolean): Promise<readonly Hazard[]> {
  const found = stages
    .flatMap(({ statements }) => runOf(statements))
    .map(async ({ sql, place }): Promise<readonly Hazard[]> => {
      const parts = (await lenientParts(sql.join('"namespace"'))) ?? []
      return parts.flatMap(({ instead, what, table }) =>
        instead === undefined || undoes(table)
          ? []
          : [{ name: 'UNDO_NEEDS_ROWS', detail: `${place}: where rows written meanwhile forbid it, ${what}` }],
      )
    })
  return (await Promise.all(found)).flat()
}

/** What the change has made, as the proof has seen it; what it gave another name was there before. */
async function undoneBy(up: Script, { records }: Proof): Promise<(table: string, column?: string) => boolean> {
  const last = records.at(-1) ?? records[0]
  const named = (record: NamespaceRecord): readonly string[] =>
    record.lines.flatMap(({ kind, name }) => (kind === 'table' || kind === 'column' ? [`${kind} ${name}`] : []))
  const before = new Set(named(records[0]))
  const made = new Set(named(last).filter((each) => !before.has(each)))
  const renamed = new Set((await treesOf(up, RENAMES)).map(({ newname }) => String(newname)))
  return (table, column) => {
    if (renamed.has(column ?? table)) return false
    const name = quotedIfNeeded(table)
    return made.has(column === undefined ? `table ${name}` : `column ${name}.${quotedIfNeeded(column)}`)
  }
}

const RENAMES: ReadonlySet<string> = new Set(['RenameStmt'])

async function treesOf(script: Script, kinds: ReadonlySet<string>): Promise<readonly Tree[]> {
  const found = script.stages.flatMap(({ statements }) => statements).filter(({ kind }) => kinds.has(kind))
  const read = await Promise.all(found.map(readAgain))
  return read.flat().map(({ tree }) => tree)
}

/** The types of columns on the base, as it was before. */
function typesIn({ lines }: NamespaceRecord): (table: string, column: string) => string | null {
  const types = new Map(
    lines.flatMap(({ kind, name, facts }) => (kind === 'column' ? [[name, String(facts.type)] as const] : [])),
  )
  return (table, column) => types.get(`${quotedIfNeeded(table)}.${quotedIfNeeded(column)}`) ?? null
}

/** As `quote_ident` writes names; a keyword as a name is not found, and its type not known. */
function quotedIfNeeded(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : ident(name)
}

/** Rows that functions write, which no grammar shows. */
function unseenWrites(told: readonly Hazard[], { footprint }: Proof): readonly Hazard[] {
  if (footprint.rowsWritten.length === 0 || told.some(({ name }) => name === 'WRITES_ROWS')) return []
  const tables = footprint.rowsWritten.join(', ')
  return [{ name: 'WRITES_ROWS', detail: `it writes rows of ${tables}, which no record shows` }]
}

/** Whether batches take what others write meanwhile, as the rows of the base have shown it. */
function passes({ batches }: Proof): readonly Hazard[] {
  return batches.map(({ place, table, repeats }) => {
    const detail = repeats
      ? `on the base no row of ${table} that it wrote meets its condition any more: passes repeat until one finds nothing`
      : `on the base rows of ${table} meet its condition after they were written: there is one pass, and rows written meanwhile are not in it`
    return { name: 'WRITES_ROWS', detail: `${place}: ${detail}` }
  })
}

/** A batch that is stopped half-way is undone by its key where the way back goes by the key of the same table; otherwise wholly. */
function beyondBatches(up: Script, down: Script): readonly Hazard[] {
  return up.stages.flatMap(({ batch }, index) => {
    const back = down.stages[up.stages.length - 1 - index]
    const writes = back?.statements.find(({ writesRows }) => writesRows)
    if (batch === undefined || writes === undefined || back?.batch?.table === batch.table) return []
    const detail = `${writes.place}: it undoes rows of ${batch.table} as well that batches which were stopped half-way never came to: "-- schema-saga: batch" before it, for the same table, goes no farther than they did`
    return [{ name: 'WRITES_ROWS', detail }]
  })
}

function reordered({ reordered: tables }: Proof): readonly Hazard[] {
  if (tables.length === 0) return []
  const detail = `once undone, columns of ${tables.join(', ')} are in another order: SELECT * and INSERT without columns see it`
  return [{ name: 'COLUMN_ORDER', detail }]
}

/** Every tenant's work waits for the others there. */
function shared({ footprint }: Proof): readonly Hazard[] {
  return footprint.sharedLocks.map(({ relation, mode }) => ({
    name: 'LOCKS_SHARED',
    detail:
      mode === ROWS_ALONE
        ? `it writes rows of ${relation}, which all tenants share, and no way back takes them away`
        : `it takes ${mode} on ${relation}, which all tenants share: each waits for the others`,
  }))
}

/** Sequences are set behind the largest number of their column; of other types nobody knows what comes next. */
function uncounted({ uncounted: columns }: Proof): readonly Hazard[] {
  return columns.map(({ sequence, table, column, type }) => ({
    name: 'NUMBERS_UNKNOWN',
    detail: `sequence ${sequence} numbers ${table}.${column}, which is ${type}: whether its next number is free is not looked at`,
  }))
}
