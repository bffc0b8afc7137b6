/** The surroundings of a real process. */
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { processEnvironment } from '../config.ts'
import { MutationRejected } from '../errors.ts'
import type { Surroundings } from './surroundings.ts'

/** Streams, files and signals of this process. */
export function processSurroundings(): Surroundings {
  const plain = processEnvironment().NO_COLOR !== undefined
  return {
    out: (line) => process.stdout.write(`${line}\n`),
    err: (line) => process.stderr.write(`${line}\n`),
    readInput,
    connect: async () => {
      // Loaded late, so that `--help` and usage errors answer at once.
      const { connectSchemaSaga } = await import('../client.ts')
      return await connectSchemaSaga()
    },
    colour: process.stdout.isTTY === true && !plain,
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

async function readInput(path: string): Promise<string> {
  if (path === '-') return await text(process.stdin)
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const reason = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`
    throw new MutationRejected('INPUT_INVALID', `The file "${path}" ${reason}.`)
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
