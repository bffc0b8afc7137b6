/** Processes of the tests' own, and how they end. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { isRunning } from '../../src/config.ts'

/** Runs a file of `fixtures/` in a process of its own. */
export function runFixture(name: string, args: readonly string[], env: Record<string, string> = {}): ChildProcess {
  const file = fileURLToPath(new URL(`fixtures/${name}`, import.meta.url))
  return spawn(process.execPath, ['--import', 'tsx', file, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

/** The first line that the process prints. */
export async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('The process has no output.')
  for await (const line of createInterface({ input: child.stdout })) return line
  throw new Error('The process ended without printing anything.')
}

/** Whether a process has ended; one that nobody has waited for yet has. */
export function isGone(pid: number): boolean {
  if (!isRunning(pid)) return true
  const status = `/proc/${pid}/stat`
  return existsSync(status) && readFileSync(status, 'utf8').includes(') Z ')
}

/** Waits until the attempt no longer throws or answers false. */
export async function eventually<T>(attempt: () => Promise<T> | T, withinMs = 15_000): Promise<Exclude<T, false>> {
  const deadline = Date.now() + withinMs
  for (;;) {
    try {
      const answer = await attempt()
      if (answer !== false) return answer as Exclude<T, false>
      if (Date.now() > deadline) throw new Error('It did not become true in time.')
    } catch (error) {
      if (Date.now() > deadline) throw error
    }
    await sleep(50)
  }
}
