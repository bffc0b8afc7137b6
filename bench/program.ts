/** Programs that are run and timed. */
import { spawn } from 'node:child_process'
import { basename } from 'node:path'
import { performance } from 'node:perf_hooks'
import { processEnvironment } from '../src/config.ts'

/** A program to run to its end. */
export interface Program {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  /** Added to what a program needs of our own environment. */
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
}

const TAIL_LENGTH = 2_000

/** Runs a program; returns its standard output and its time in ms. An exit code other than 0 is thrown with the end of its output. */
export async function runProgram(program: Program): Promise<{ readonly stdout: string; readonly ms: number }> {
  const begin = performance.now()
  const child = spawn(program.command, program.args, { cwd: program.cwd, env: { ...inherited(), ...program.env } })
  let stdout = ''
  let tail = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk
    tail = (tail + chunk).slice(-TAIL_LENGTH)
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    tail = (tail + chunk).slice(-TAIL_LENGTH)
  })
  // A program that ends before it has read everything says why by its exit code.
  child.stdin.on('error', () => undefined)
  child.stdin.end(program.stdin ?? '')
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const ms = performance.now() - begin
  if (code !== 0) throw failure(program, code, tail.trim())
  return { stdout, ms }
}

/** Runs a shell script which reads a line for each item; returns its time in ms. */
export async function runLoop(
  script: string,
  lines: readonly string[],
  { cwd, env }: Pick<Program, 'cwd' | 'env'>,
): Promise<number> {
  const stdin = lines.map((line) => `${line}\n`).join('')
  const { ms } = await runProgram({ command: '/bin/sh', args: ['-c', script], cwd, stdin, ...(env ? { env } : {}) })
  return ms
}

/** One line that names no folder; the end of the output is the cause. */
function failure({ command }: Program, code: number | null, output: string): Error {
  const last = output.split('\n').at(-1) ?? ''
  return new Error(`${basename(command)} ended with ${code}: ${last}`, { cause: output })
}

/** Settings of the caller's shell for Postgres or Python must not reach the programs that are compared. */
function inherited(): Record<string, string> {
  const { PATH, HOME, LANG } = processEnvironment()
  return { PATH: PATH ?? '', HOME: HOME ?? '', LANG: LANG ?? 'C.UTF-8' }
}
