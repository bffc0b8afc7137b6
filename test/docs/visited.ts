/** Which files of `src` run while something is done: counted by V8, in this process, the workflow code's bundle included. */
import { readFile } from 'node:fs/promises'
import type { Profiler } from 'node:inspector'
import { Session } from 'node:inspector/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** The bundler writes above each module where its source lies. */
const MODULE = /^\/\*\*\*\/ "\.\/(src\/[^"]+\.ts)"/gm

/** The files of which a function was called meanwhile, sorted. What loading a module runs does not count. */
export async function visitedFiles(bundlePath: string, doIt: () => Promise<void>): Promise<readonly string[]> {
  const bundle = await readFile(bundlePath, 'utf8')
  const session = new Session()
  session.connect()
  try {
    await session.post('Profiler.enable')
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
    await doIt()
    const { result } = await session.post('Profiler.takePreciseCoverage')
    return [...new Set(result.flatMap((script) => filesOf(script, bundle)))].sort()
  } finally {
    session.disconnect()
  }
}

function filesOf({ url, functions }: Profiler.ScriptCoverage, bundle: string): readonly string[] {
  const called = functions.filter(({ functionName, ranges }) => functionName !== '' && (ranges[0]?.count ?? 0) > 0)
  if (called.length === 0) return []
  const path = url.startsWith('file:') ? fileURLToPath(url) : url
  if (path.startsWith(join(ROOT, 'src'))) return [relative(ROOT, path)]
  if (!path.includes('workflow')) return []
  return called.flatMap(({ ranges }) => moduleAt(bundle, ranges[0]?.startOffset ?? 0))
}

function moduleAt(bundle: string, offset: number): readonly string[] {
  const last = [...bundle.matchAll(MODULE)].filter(({ index }) => index <= offset).at(-1)
  return last?.[1] === undefined ? [] : [last[1]]
}
