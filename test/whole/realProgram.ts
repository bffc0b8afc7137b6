/** The program as a process: for what only a process shows, that is signals, its death, its streams and its exit code. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { inject } from 'vitest'
import type { Environment } from '../../src/config.ts'
import { type ProgramName, programPath } from '../fixtures/programBundles.ts'
import { type CommandResult, commandResult } from './commandLine.ts'

const BIN = fileURLToPath(new URL('../../bin/schema-saga.js', import.meta.url))

/** Starts the program in the folder, with this environment and what any process needs, and does not wait. */
export function spawnProgram(args: readonly string[], folder: string, env: Environment): ChildProcess {
  return spawnBundle('cli', folder, env, args)
}

/** The same as npm installs it: with the loader of its sources, which takes seconds. */
export function spawnBin(args: readonly string[], folder: string, env: Environment): ChildProcess {
  return spawnNode([BIN, ...args], folder, env)
}

/** The same with another program. */
export function spawnBundle(
  name: ProgramName,
  folder: string,
  env: Environment,
  args: readonly string[] = [],
): ChildProcess {
  return spawnNode([programPath(inject('programFolder'), name), ...args], folder, env)
}

function spawnNode(args: readonly string[], cwd: string, env: Environment): ChildProcess {
  const { PATH, HOME, LANG = 'C.UTF-8' } = process.env
  return spawn(process.execPath, args, { cwd, env: { PATH, HOME, LANG, ...env } })
}

/** Pipes the text into a program and waits for its end. */
export async function resultOf(child: ChildProcess, stdin = ''): Promise<CommandResult> {
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  child.stdin?.end(stdin)
  const [exitCode] = (await once(child, 'close')) as [number | null]
  // Behind node and the program.
  return commandResult(child.spawnargs.slice(2), { exitCode, stdout, stderr })
}

/** Resolves once a worker says that it is ready. */
export async function ready(worker: ChildProcess): Promise<ChildProcess> {
  let output = ''
  await new Promise<void>((resolve, reject) => {
    const listen = (chunk: Buffer): void => {
      output += chunk.toString()
      if (/worker (is )?ready/i.test(output)) resolve()
    }
    worker.stdout?.on('data', listen)
    worker.stderr?.on('data', listen)
    worker.once('exit', (code) => reject(new Error(`the worker ended with ${code}: ${output}`)))
  })
  return worker
}

/** Kills a process as the kernel does, and waits until it is gone. */
export async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}
