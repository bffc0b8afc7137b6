/** Child processes that cannot outlive us, not even when this process is killed with SIGKILL. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { within } from '../../within.ts'

/** The account that a child runs as, when it is not ours. */
export interface SystemUser {
  readonly uid: number
  readonly gid: number
}

/** What to run, and how to end it. */
export interface TiedProcessOptions {
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly user?: SystemUser | null
  readonly stopSignal: 'SIGINT' | 'SIGTERM'
  /** Used when the stop signal was not enough. */
  readonly lastSignal?: 'SIGKILL' | 'SIGQUIT'
  /** Compilers start processes of their own: signal all of them. */
  readonly wholeGroup?: boolean
  /** A folder to remove if we die before we could do it ourselves. */
  readonly removeIfOrphaned?: string
}

/** A running child. */
export interface TiedProcess {
  readonly pid: number
  /** Why it ended, once it has: null for success. */
  readonly ended: Promise<string | null>
  readonly hasEnded: () => boolean
  /** The last lines of its output. */
  readonly tail: () => string
  readonly stop: (graceMs: number) => Promise<void>
}

const TAIL_LENGTH = 4_000

// A watcher holds the other end of a pipe from us, and the kernel closes our end whichever way we die. It is there
// before the program, and is told its pid. A second line instead of the end of input says that the program is gone, so
// that its pid is no longer ours to signal.
const WATCHER = `
read -r pid && [ -n "$pid" ] || exit 0
if read -r _; then exit 0; fi
kill -s "$1" -- "$2$pid"
[ -n "$3" ] || exit 0
tries=0
while kill -0 "$pid" && [ $tries -lt 30 ]; do sleep 1; tries=$((tries + 1)); done
rm -rf -- "$3"
`

/** Starts a program that is stopped when this process ends, however it ends. */
export async function startTiedProcess(options: TiedProcessOptions): Promise<TiedProcess> {
  const watcher = startWatcher(options)
  const child = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: options.env as NodeJS.ProcessEnv,
    // A group of its own: Ctrl-C at the terminal must reach us only, for we stop things in order.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.user ?? {}),
  })
  if (child.pid !== undefined) watcher.tell(child.pid)
  await once(child, 'spawn').catch(async (error: unknown) => {
    await watcher.release()
    throw error
  })
  const pid = child.pid as number
  const tail = keepTail(child)
  const ended = watchEnd(child, tail).finally(watcher.release)
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null
  const signal = (name: NodeJS.Signals): void => {
    if (!hasEnded()) process.kill(options.wholeGroup === true ? -pid : pid, name)
  }
  const stop = async (graceMs: number): Promise<void> => {
    for (const name of [options.stopSignal, options.lastSignal ?? 'SIGKILL'] as const) {
      signal(name)
      if (await endsWithin(ended, graceMs)) return
    }
    signal('SIGKILL')
    await ended
  }
  return { pid, ended, hasEnded, tail, stop }
}

/** Whoever ends the program when we no longer can. */
interface Watcher {
  readonly tell: (pid: number) => void
  readonly release: () => Promise<void>
}

function startWatcher(options: TiedProcessOptions): Watcher {
  const group = options.wholeGroup === true ? '-' : ''
  const what = [options.stopSignal.slice(3), group, options.removeIfOrphaned ?? '']
  const watcher = spawn('/bin/sh', ['-c', WATCHER, 'sh', ...what], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  // A watcher that somebody else ended needs no farewell.
  watcher.stdin.on('error', () => watcher.stdin.destroy())
  const gone = once(watcher, 'exit')
  return {
    tell: (pid) => watcher.stdin.write(`${pid}\n`),
    release: async () => {
      watcher.stdin.end('\n')
      await gone
    },
  }
}

function keepTail(child: ChildProcess): () => string {
  let text = ''
  const keep = (chunk: string): void => {
    text = (text + chunk).slice(-TAIL_LENGTH)
  }
  child.stdout?.setEncoding('utf8').on('data', keep)
  child.stderr?.setEncoding('utf8').on('data', keep)
  return () => text.trim()
}

function watchEnd(child: ChildProcess, tail: () => string): Promise<string | null> {
  return new Promise((resolve) => {
    child.once('close', (code, signal) => {
      if (code === 0) return resolve(null)
      const reason = code === null ? `was ended by ${signal}` : `exited with code ${code}`
      resolve(tail() === '' ? reason : `${reason}:\n${tail()}`)
    })
  })
}

async function endsWithin(ended: Promise<unknown>, ms: number): Promise<boolean> {
  const inTime = await within(
    ms,
    ended.then(() => true),
  )
  return inTime ?? false
}
