/** What was said of objects that a change has made anew: whose they are, who may do what, which publications they are in. */
import type { Hazard } from '../../physical/change.ts'
import { quotedFirst, unquoted } from '../../sql/lineNames.ts'
import type { NamespaceRecord, RecordLine } from '../../sql/record.ts'
import { differenceText, recordDifferences } from '../../sql/recordDifferences.ts'
import { readAgain } from '../../sql/script/readAgain.ts'
import type { Script } from '../../sql/script/script.ts'
import type { Proof } from './proveChange.ts'

const SAID: ReadonlySet<string> = new Set(['grants', 'owner', 'publication'])
const ROUTINE = /^(function|procedure|aggregate) /

/** An object that is there before and after keeps it all, unless the text says otherwise. */
export async function grantsLost(up: Script, { records }: Proof): Promise<readonly Hazard[]> {
  const [first] = records
  const last = records.at(-1) ?? first
  const there = new Set(last.lines.map(({ kind, name }) => withoutArguments(`${kind.replaceAll('_', ' ')} ${name}`)))
  const wasThere = first.lines.filter(({ kind, name }) => SAID.has(kind) && there.has(objectOf(kind, name)))
  if (wasThere.length === 0) return []
  const lost = recordDifferences(saidOf({ lines: wasThere }), saidOf(last, wasThere))
  if (lost.length === 0) return []
  const said = await saysOf(up)
  const untold = lost.filter(({ object }) => !said(nameIn(object)))
  if (untold.length === 0) return []
  const told = untold.map((each) => (each.kind === 'missing' ? each.object : differenceText(each))).join(', ')
  const detail = `${told}: what is made anew under its name loses them; write the GRANT that brings them back`
  return [{ name: 'GRANTS_LOST', detail }]
}

/** By what it is said of, so that one of another signature is compared; of `like` those that are said of the same objects. */
function saidOf(
  { lines }: Pick<NamespaceRecord, 'lines'>,
  like: readonly RecordLine[] = lines,
): { lines: RecordLine[] } {
  const keys = new Set(like.map(keyOf))
  const found = lines.filter((line) => SAID.has(line.kind) && keys.has(keyOf(line)))
  return { lines: found.map((line) => ({ ...line, name: withoutArguments(line.name) })) }
}

function keyOf({ kind, name }: RecordLine): string {
  return `${kind} ${withoutArguments(name)}`
}

function objectOf(kind: string, name: string): string {
  return withoutArguments(kind === 'publication' ? `table ${name.slice(name.indexOf(' of ') + 4)}` : name)
}

function withoutArguments(object: string): string {
  return ROUTINE.test(object) ? object.replace(/\(.*$/s, '') : object
}

/** The own name of what a difference is about, without quotes: of a column that of its table. */
function nameIn(object: string): string {
  const own = object.replace(/^.*? of /, '').replace(/^(materialized )?\S+ /, '')
  return unquoted(quotedFirst(own))
}

/** Statements that say whose an object is, and who may do what. */
const SAYS: ReadonlySet<string> = new Set(['GrantStmt', 'AlterOwnerStmt', 'AlterTableStmt'])

async function saysOf({ stages }: Script): Promise<(name: string) => boolean> {
  const statements = stages.flatMap((stage) => stage.statements).filter(({ kind }) => SAYS.has(kind))
  const trees = (await Promise.all(statements.map(readAgain))).flat().map(({ tree }) => tree)
  const telling = trees.filter(({ cmds }) => cmds === undefined || JSON.stringify(cmds).includes('AT_ChangeOwner'))
  const isAll = telling.some(({ targtype }) => targtype === 'ACL_TARGET_ALL_IN_SCHEMA')
  const names = new Set(telling.flatMap(({ objects, object, relation }) => textsIn([objects, object, relation])))
  return (name) => isAll || names.has(name)
}

function textsIn(node: unknown): readonly string[] {
  if (typeof node === 'string') return [node]
  return typeof node === 'object' && node !== null ? Object.values(node).flatMap(textsIn) : []
}
