/** Programs of the test of the package. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** Runs a program to its end, which must be `wanted`; returns what it wrote to stdout. */
export async function run(command: string, args: readonly string[], cwd: string, wanted = 0): Promise<string> {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  const [code] = (await once(child, 'close')) as [number | null]
  if (code === wanted) return stdout
  throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${stdout}\n${stderr}`)
}
