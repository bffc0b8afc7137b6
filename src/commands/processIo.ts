/** The surroundings of a real process. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { processEnvironment, readConfig } from '../config.ts'
import { InputInvalid } from '../errors.ts'
import type { Surroundings } from './io.ts'

/** Environment, streams, files and signals of this process. */
export function processSurroundings(): Surroundings {
  const [env, folder] = [processEnvironment(), process.cwd()]
  return {
    env,
    folder,
    out: (line) => process.stdout.write(`${line}\n`),
    err: (line) => process.stderr.write(`${line}\n`),
    readInput: (path) => readInput(path, { folder, stdin: process.stdin }),
    connect: async () => {
      // Loaded late, so that `--help` and usage errors answer at once.
      const { connectSchemaSaga } = await import('../client.ts')
      return await connectSchemaSaga({ config: readConfig(env, folder) })
    },
    colour: process.stdout.isTTY === true && env.NO_COLOR === undefined,
    // Some pseudo-terminals have no width, and a moving line needs one.
    liveProgress: process.stderr.isTTY === true && process.stderr.columns > 0,
    setExitCode: (code) => {
      process.exitCode = code
    },
    onInterrupt,
    ask: process.stdin.isTTY === true && process.stderr.isTTY === true ? ask : null,
  }
}

/** A second Ctrl-C, or the end of the input, is an empty answer. */
async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await new Promise<string>((resolve) => {
      lines.once('SIGINT', () => resolve(''))
      lines.once('close', () => resolve(''))
      lines.question(question, resolve)
    })
  } finally {
    lines.close()
  }
}

/** The text of a file of the folder, or of stdin for `-`. Errors: `INPUT_INVALID` when the file cannot be read. */
export async function readInput(
  path: string,
  from: { readonly folder: string; readonly stdin: NodeJS.ReadableStream },
): Promise<string> {
  if (path === '-') return await text(from.stdin)
  try {
    return await readFile(resolve(from.folder, path), 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const reason = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`
    throw new InputInvalid('INPUT_INVALID', `The file "${path}" ${reason}.`)
  }
}

function onInterrupt(callback: () => void): () => void {
  process.once('SIGINT', callback)
  process.once('SIGTERM', callback)
  return () => {
    process.off('SIGINT', callback)
    process.off('SIGTERM', callback)
  }
}
