/** `npm run test:busy`: every form of change on a large table that an application works on; writes `results.json`. */
import { parseArgs } from 'node:util'
import pMap from 'p-map'
import { type BusyDatabase, type FormResult, runForm } from './course.ts'
import type { Elsewhere } from './elsewhere.ts'
import { FORMS, type Form } from './forms.ts'
import { isPlain, targetIn } from './furnish.ts'
import { NEWEST, OLDER } from './majors.ts'
import { formsOfEveryKind } from './plans.ts'
import { faultOf, formsOn, labelOf, ROWS, readResults, troubleOf, writeResult } from './results.ts'
import { type BusyServer, NAMESPACES, startBusyServer } from './server.ts'

const HELP = `npm run test:busy -- [--rows ${ROWS}] [--major N] [--only TEXT] [--missing] [--minutes N] [--dry]

  --rows N     rows of the table (${ROWS})
  --major N    on this major only (${[...OLDER, NEWEST].join(', ')}); on the older ones every kind of change runs once
  --only TEXT  the forms whose names hold the text
  --missing    the forms that results.json lacks, or that were not fine there
  --minutes N  begins no further form after so long
  --dry        writes no results`

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: String(ROWS) },
    major: { type: 'string' },
    only: { type: 'string', default: '' },
    missing: { type: 'boolean', default: false },
    minutes: { type: 'string', default: '600' },
    dry: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

/** A form's name, with its major, and what it came to. */
type Outcome = { readonly label: string; readonly result: FormResult | null }

const PAIRS_AT_ONCE = 2
const EVERY_KIND: readonly Form[] = formsOfEveryKind()

if (values.help) console.log(HELP)
else process.exitCode = (await main(Number(values.rows))) ? 0 : 1

/** False when somebody waited too long, something failed that no plan had announced, or something could not run. */
async function main(rows: number): Promise<boolean> {
  if (!Number.isInteger(rows) || rows < 1) throw new Error('--rows: a whole number is expected.')
  const until = Date.now() + Number(values.minutes) * 60_000
  const outcomes: Outcome[] = []
  for (const major of values.major === undefined ? [NEWEST, ...OLDER] : [Number(values.major)]) {
    const forms = chosenOn(major)
    if (forms.length === 0 || Date.now() > until) continue
    outcomes.push(...(await onMajor(major, forms, rows, until)))
  }
  const results = outcomes.flatMap(({ label, result }) => (result === null ? [] : [{ label, result }]))
  const longest = results.toSorted((one, other) => other.result.longestWaitMs - one.result.longestWaitMs).slice(0, 5)
  console.log(`The longest waits, of ${results.length} forms:`)
  for (const { label, result } of longest) console.log(lineOf(label, result))
  return outcomes.every(({ result }) => result !== null && isFine(result))
}

function chosenOn(major: number): readonly Form[] {
  const names = new Set(formsOn(major))
  const done = new Set(
    values.missing ? readResults().flatMap((each) => (faultOf(each) === null ? [labelOf(each)] : [])) : [],
  )
  return FORMS.filter(
    ({ form }) => names.has(form) && form.includes(values.only) && !done.has(labelOf({ form, major })),
  )
}

/** Those that are given the longest transactions come first, next to each other. */
async function onMajor(major: number, forms: readonly Form[], rows: number, until: number): Promise<Outcome[]> {
  let server: BusyServer
  try {
    server = await startBusyServer(major, rows)
  } catch (error) {
    console.error(`NOT RUN: there is no server of PostgreSQL ${major}, so none of its forms has run: ${String(error)}`)
    return forms.map(({ form }) => ({ label: labelOf({ form, major }), result: null }))
  }
  try {
    const sorted = forms.toSorted((one, other) => orderOf(one) - orderOf(other))
    const pairs = sorted.flatMap((form, index) =>
      index % 2 === 0 ? [[form, ...sorted.slice(index + 1, index + 2)]] : [],
    )
    const all = await pMap(
      pairs,
      async (pair) => (Date.now() > until ? [] : await runPair(server, major, pair, rows)),
      { concurrency: PAIRS_AT_ONCE },
    )
    return all.flat()
  } finally {
    await server.stop()
  }
}

function orderOf(form: Form): number {
  return (EVERY_KIND.includes(form) ? 0 : 2) + (isPlain(form) ? 1 : 0)
}

/** Side by side, on two tables of one database. */
function runPair(server: BusyServer, major: number, pair: readonly Form[], rows: number): Promise<Outcome[]> {
  const [first] = pair
  return server.onDatabase(`busy_${first === undefined ? '' : FORMS.indexOf(first)}`, (database) =>
    Promise.all(pair.map((form, index) => runOne({ database, major, rows }, form, NAMESPACES[index] ?? ''))),
  )
}

async function runOne(
  { database, major, rows }: { readonly database: BusyDatabase; readonly major: number; readonly rows: number },
  form: Form,
  namespace: string,
): Promise<Outcome> {
  const label = labelOf({ form: form.form, major })
  const place = isPlain(form) ? { namespace, target: targetIn(namespace) } : { namespace: `own_${namespace}` }
  try {
    const result = await runForm(database, { form, rows, ...place, elsewhere: elsewhereOf(form, major) })
    console.log(lineOf(label, result))
    for (const { code, message, text } of result.unannounced.slice(0, 3)) console.log(`    ${code} ${message}: ${text}`)
    if (!values.dry) writeResult(major, result)
    return { label, result }
  } catch (error) {
    console.error(`BAD ${label}: it ended with ${error instanceof Error ? error.stack : String(error)}`)
    return { label, result: null }
  }
}

/**
 * Concurrent builds wait for a transaction that has read anything; strong locks for one that has read the table. Each form
 * meets both, for ten seconds, on ways that change from form to form; each kind of change meets them for a minute.
 */
function elsewhereOf(form: Form, major: number): Partial<Record<'forward' | 'undo' | 'again' | 'revert', Elsewhere>> {
  const brief = 10_000
  const other = { read: 'other', ms: brief } as const
  const table = { read: 'table', ms: brief } as const
  if (EVERY_KIND.includes(form) && major === NEWEST) {
    const ms = 60_000
    return { forward: { ...other, ms }, undo: table, again: { ...table, ms }, revert: { ...table, ms } }
  }
  const ways = [
    { forward: other, again: table },
    { forward: other, undo: table, revert: other },
    { forward: other, undo: other, revert: table },
  ]
  return ways[FORMS.indexOf(form) % ways.length] ?? {}
}

function isFine(result: FormResult): boolean {
  return troubleOf({ ...result, unannounced: result.unannounced.length }) === null
}

function lineOf(label: string, result: FormResult): string {
  const { took, longestWaitMs, announced, unannounced, statements } = result
  const ways = Object.entries(took).map(([way, ms]) => `${way} ${ms}`)
  const failures = `${announced} of ${statements} statements failed announced, ${unannounced.length} not`
  return `${isFine(result) ? 'ok ' : 'BAD'} ${label}: waited ${longestWaitMs} ms; ${failures}; ms: ${ways.join(', ')}`
}
