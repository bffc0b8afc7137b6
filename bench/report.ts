/** Where results go: the terminal, a JSON file, and the tables of the README. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { table } from '../src/commands/render/table.ts'
import { type Machine, machineLine } from './machine.ts'
import type { Measurement } from './measurement.ts'
import { markdownTable, resultTables } from './table.ts'

/** One run, as it is kept. */
export interface BenchRun {
  /** Each has a place of its own in the README. */
  readonly kind: 'fleets' | 'peers' | 'folder'
  readonly command: string
  readonly date: string
  readonly durable: boolean
  readonly machine: Machine
  readonly measurements: readonly Measurement[]
}

const RESULTS = fileURLToPath(new URL('./results', import.meta.url))
const README = fileURLToPath(new URL('./README.md', import.meta.url))

/** The tables as text. */
export function reportText(run: BenchRun): string {
  const tables = resultTables(run.measurements)
  return [headLine(run), ...tables.map(({ title, head, rows }) => `${title}\n\n${table(head, rows)}`)].join('\n\n')
}

/** Writes the JSON file; returns its path. The recorded one of each kind is kept in the repository. */
export async function writeJson(run: BenchRun, recorded: boolean): Promise<string> {
  await mkdir(RESULTS, { recursive: true })
  const name = recorded ? run.kind : `${run.kind}-${run.date.replaceAll(/[:.]/g, '-')}`
  const file = join(RESULTS, `${name}.json`)
  await writeFile(file, `${JSON.stringify(run, null, 2)}\n`)
  return file
}

/** Puts the tables between the marks of the README. */
export async function writeReadme(run: BenchRun): Promise<void> {
  await writeFile(README, withTables(await readFile(README, 'utf8'), run))
}

/** The README with the tables of that run in place of those between its marks. */
export function withTables(readme: string, run: BenchRun): string {
  const [begin, end] = [`<!-- ${run.kind}: begin -->`, `<!-- ${run.kind}: end -->`]
  const from = readme.indexOf(begin)
  const to = readme.indexOf(end)
  if (from < 0 || to < from) throw new Error(`bench/README.md has no place for "${run.kind}".`)
  const tables = resultTables(run.measurements).map((each) => `**${each.title}**\n\n${markdownTable(each)}`)
  const text = [`\`${run.command}\` · ${headLine(run)}`, ...tables].join('\n\n')
  return `${readme.slice(0, from + begin.length)}\n\n${text}\n\n${readme.slice(to)}`
}

function headLine({ date, machine, durable }: BenchRun): string {
  return `${date.slice(0, 10)} · ${machineLine(machine)}${durable ? '' : ' (without fsync)'}`
}
