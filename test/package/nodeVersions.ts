/** The versions of Node that the package promises to run on. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from './run.ts'

const MAJORS = [20, 22, 24] as const

/** Programs of Node, one for each major; this one where it fits, the others by npm, which has them as packages. */
export async function nodeVersions(folder: string): Promise<readonly string[]> {
  const here = Number(process.versions.node.split('.')[0])
  return await Promise.all(MAJORS.map((major) => (major === here ? process.execPath : install(folder, major))))
}

async function install(folder: string, major: number): Promise<string> {
  const name = `node-${process.platform}-${process.arch}`
  const place = join(folder, String(major))
  await mkdir(place, { recursive: true })
  await writeFile(join(place, 'package.json'), '{"private":true}')
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', `${name}@${major}`], place)
  return join(place, 'node_modules', name, 'bin', 'node')
}
