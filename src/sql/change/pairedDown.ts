/** Pairs the stages of a way back with those that they undo. Pure. */
import { MutationRejected } from '../../errors.ts'
import type { Script, ScriptStage } from '../script/script.ts'

/**
 * As many stages as `up` has, the undo of its last one first. An index that `up` builds concurrently needs no written undo, nor does
 * one that it drops so, which the base knows; `VACUUM` and `REINDEX` have none.
 * Errors: `DOWN_NOT_PAIRED` with both lists.
 */
export function pairedDown(name: string, up: Script, down: Script): Script {
  if (down.stages.length === up.stages.length) return down
  const waiting = [...down.stages]
  const stages = up.stages.toReversed().map((stage) => ownUndo(stage) ?? waiting.shift())
  if (waiting.length === 0 && stages.every((stage) => stage !== undefined)) return { stages }
  throw new MutationRejected(
    'DOWN_NOT_PAIRED',
    `"${name}" has ${counted(up)} (${listOf(up)}), and its \`down\` has ${counted(down)} (${listOf(down)}): the first of \`down\` undoes the last of \`up\`, so that both have the same number. "-- schema-saga: new transaction" on a line of its own parts them; two of them make an empty one.`,
  )
}

function ownUndo({ kind, index, alone }: ScriptStage): ScriptStage | null {
  // What is detached has to be attached again, with bounds that nobody else knows.
  if (kind === 'alone' && alone !== 'detach') return { kind: 'transaction', statements: [] }
  if (kind !== 'index' || index === undefined) return null
  if (!index.builds) return { kind, statements: [], index: { name: index.name, builds: true }, fromBase: true }
  const quoted = `"${index.name.replaceAll('"', '""')}"`
  const statement = { kind: 'DropStmt', place: `the undo of index ${quoted}`, runsCode: false, writesRows: false }
  return {
    kind: 'index',
    statements: [{ ...statement, sql: [`DROP INDEX CONCURRENTLY ${quoted}`], plain: [`DROP INDEX ${quoted}`] }],
    index: { name: index.name, builds: false },
  }
}

function counted({ stages }: Script): string {
  return stages.length === 1 ? '1 stage' : `${stages.length} stages`
}

function listOf({ stages }: Script): string {
  const told = stages.map(({ kind, statements }) => {
    const first = statements[0]?.place.replace(/^.*?, /, '')
    return first === undefined
      ? 'an empty one'
      : `${kind === 'transaction' ? 'a transaction' : 'a statement of its own'} from ${first}`
  })
  return told.length === 0 ? 'none' : told.join('; ')
}
