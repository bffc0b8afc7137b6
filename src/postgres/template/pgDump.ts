/** The pg_dump of the machine that a worker runs on: found on its PATH, and run for one namespace without its rows. */
import { type ExecFileException, execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import type { Environment } from '../../config.ts'
import { LockUnavailable, RequestRefused } from '../../errors.ts'
import { MOST_BYTES } from '../../sql/text.ts'
import type { Location } from '../sessions/servers.ts'
import { dumpEnvironment, dumpWords } from './dumpConnection.ts'

/** A program, and the major of Postgres that it belongs to. */
export interface PgDump {
  readonly path: string
  readonly major: number
}

const VERSION_MS = 10_000
const DUMP_MS = 120_000
const LOCK_MS = 10_000

/** The one that is best for a server of that major: its own, else the next newer one; null where there is none. */
export async function findPgDump(major: number, ours: Environment): Promise<PgDump | null> {
  const folders = [...new Set((ours.PATH ?? '').split(delimiter))].filter((folder) => folder !== '')
  const found: PgDump[] = []
  for (const folder of folders) {
    const program = await pgDumpIn(folder, ours)
    if (program !== null && program.major >= major) found.push(program)
  }
  return found.sort((a, b) => a.major - b.major)[0] ?? null
}

async function pgDumpIn(folder: string, { PATH = '', HOME = '' }: Environment): Promise<PgDump | null> {
  const path = join(folder, 'pg_dump')
  try {
    await access(path, constants.X_OK)
  } catch {
    return null
  }
  const { out } = await run(path, ['--version'], { env: { PATH, HOME, LC_ALL: 'C' }, ms: VERSION_MS })
  const [, major] = /\(PostgreSQL\) (\d+)/.exec(out) ?? []
  return major === undefined ? null : { path, major: Number(major) }
}

/**
 * The text of a namespace: all of its objects but what is set aside, and no rows. Beside the budget of the server's sessions, for
 * as long as it takes. Errors: `LOCK_UNAVAILABLE`, and `TEMPLATE_MISSING` with the words of pg_dump.
 */
export async function dumpNamespace(
  { path }: PgDump,
  { connectionString, namespace }: Location,
  where: string,
  ours: Environment,
): Promise<string> {
  const env = dumpEnvironment(connectionString, ours)
  const name = `"${namespace.replaceAll('"', '""')}"`
  const what = ['--schema-only', '--strict-names', `--schema=${name}`, `--exclude-table=${name}._aside_*`]
  const how = ['--no-password', '--encoding=UTF8', `--lock-wait-timeout=${LOCK_MS}`]
  const { out, told, error } = await run(path, [...what, ...how], { env, ms: DUMP_MS })
  if (error === null) return out
  const words = dumpWords(told, env)
  if (/lock timeout/.test(words)) {
    const text = `${where}: pg_dump could not read it, because another session holds one of its tables.`
    throw new LockUnavailable('LOCK_UNAVAILABLE', text)
  }
  throw new RequestRefused('TEMPLATE_MISSING', `${where}: pg_dump could not write it down: ${reasonOf(error, words)}.`)
}

function reasonOf({ killed, code }: ExecFileException, words: string): string {
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return `it has more than ${MOST_BYTES} bytes`
  if (killed === true) return `it did not end within ${DUMP_MS / 1_000} seconds`
  return words === '' ? `it ended with ${code ?? 'no code'}` : words
}

interface Ended {
  readonly out: string
  readonly told: string
  readonly error: ExecFileException | null
}

async function run(
  path: string,
  args: readonly string[],
  { env, ms }: { readonly env: Record<string, string>; readonly ms: number },
): Promise<Ended> {
  return await new Promise((resolve) => {
    const limits = { timeout: ms, killSignal: 'SIGKILL', maxBuffer: MOST_BYTES } as const
    execFile(path, args, { env, ...limits }, (error, out, told) => resolve({ out, told, error }))
  })
}
