/** The folder of the embedded stack: one stack at a time, and the note that other commands read. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import lockfile from 'proper-lockfile'
import { type DevStack, readDevStack, STATE_FOLDER } from '../config.ts'
import { RequestRefused } from '../errors.ts'

/** A lock that was left by a killed process counts as abandoned after this time. */
const ABANDONED_MS = 5_000

/** Takes the folder for this process; returns what gives it back. Errors: `IN_PROGRESS` when a stack runs in it. */
export async function takeFolder(folder: string, onLost: (error: Error) => void): Promise<() => Promise<void>> {
  const state = join(folder, STATE_FOLDER)
  await mkdir(state, { recursive: true })
  const lock = { lockfilePath: join(state, 'dev.lock'), stale: ABANDONED_MS }
  const running = readDevStack(folder)
  // Without the lock the note is a dead stack's, and its process number belongs to somebody else by now.
  if (running !== null && (await lockfile.check(state, lock))) {
    throw alreadyRunning(`process ${running.pid}, Web UI ${running.webUi}`)
  }
  try {
    return await lockfile.lock(state, {
      ...lock,
      update: ABANDONED_MS / 5,
      // Long enough that the lock of a killed process has become stale meanwhile.
      retries: { retries: 7, factor: 1, minTimeout: 1_000, maxTimeout: 1_000 },
      onCompromised: onLost,
    })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOCKED') throw alreadyRunning('it is starting')
    throw error
  }
}

/** Leaves the note for other commands; only its owner may read it, because it holds connection strings. */
export async function writeDevStack(folder: string, stack: DevStack): Promise<() => Promise<void>> {
  const file = join(folder, STATE_FOLDER, 'dev.json')
  const draft = `${file}.${stack.pid}`
  await writeFile(draft, `${JSON.stringify(stack, null, 2)}\n`, { mode: 0o600 })
  // Renamed into place, so that nobody reads half of it.
  await rename(draft, file)
  return () => rm(file, { force: true })
}

function alreadyRunning(where: string): RequestRefused {
  return new RequestRefused('IN_PROGRESS', `A dev stack runs in this folder already (${where}).`)
}
