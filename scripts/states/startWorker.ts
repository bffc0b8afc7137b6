/** Workers as processes, so that they can be killed. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { processEnvironment } from '../../src/config.ts'
import { DOOM, type Doom } from './doom.ts'

const ENTRY = fileURLToPath(new URL('./doomedWorker.ts', import.meta.url))

/** Starts one and waits until it takes work. */
export async function startWorker(env: Record<string, string>, doom: Doom): Promise<ChildProcess> {
  const { PATH = '', HOME = '' } = processEnvironment()
  const child = spawn(process.execPath, ['--import', 'tsx', ENTRY], {
    env: { PATH, HOME, ...env, [DOOM]: JSON.stringify(doom) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface({ input: child.stdout })) if (line === 'worker is ready') return child
  throw new Error('The worker ended before it was ready.')
}
