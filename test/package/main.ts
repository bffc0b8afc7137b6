/** `npm run test:package`: the packed package, installed into a fresh folder, in a program of somebody else. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkTypes } from './checkTypes.ts'
import { nodeVersions } from './nodeVersions.ts'
import { run } from './run.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const EXAMPLE = fileURLToPath(new URL('../../examples/embed', import.meta.url))
const APP = fileURLToPath(new URL('./app', import.meta.url))
const MANIFEST = { name: 'app', private: true, type: 'module' }

const here = process.argv.includes('--here')
const folder = await mkdtemp(join(tmpdir(), 'schema-saga-package-'))
try {
  const tarball = await pack()
  await install(tarball)
  await helps()
  await cp(APP, folder, { recursive: true })
  for (const error of await checkTypes(ROOT, folder)) console.log(`not ours: ${error}`)
  await compileExample()
  for (const node of here ? [process.execPath] : await nodeVersions(join(folder, 'nodes'))) {
    await run(node, ['app.js'], folder)
    await run(node, ['--test', 'dist/test/api.test.js'], join(folder, 'embed'))
    console.log(`works on Node ${(await run(node, ['--version'], folder)).trim()}`)
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}

/** Its packages are those of the folder around it, ours out of the tarball. */
async function compileExample(): Promise<void> {
  const example = join(folder, 'embed')
  for (const part of ['src', 'test', 'tsconfig.json', 'package.json']) {
    await cp(join(EXAMPLE, part), join(example, part), { recursive: true })
  }
  await run(process.execPath, [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', example], example)
}

async function pack(): Promise<string> {
  const packed = await run('npm', ['pack', '--silent', '--pack-destination', folder], ROOT)
  return join(folder, packed.trim().split('\n').at(-1) ?? '')
}

/** As production would, and then what tests need. */
async function install(tarball: string): Promise<void> {
  await writeFile(join(folder, 'package.json'), JSON.stringify(MANIFEST))
  const { peerDependencies } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
    readonly peerDependencies: Readonly<Record<string, string>>
  }
  await npmInstall([tarball])
  const [megabytes] = (await run('du', ['-sm', 'node_modules'], folder)).split('\t')
  console.log(`a production install has ${megabytes} MB`)
  await refusesDev()
  await npmInstall(Object.entries(peerDependencies).map(([name, range]) => `${name}@${range}`))
}

async function npmInstall(packages: readonly string[]): Promise<void> {
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', ...packages], folder)
}

async function refusesDev(): Promise<void> {
  const refused = await run(process.execPath, [program(), 'dev', '--json'], folder, 7)
  if (!refused.includes('PACKAGE_MISSING')) throw new Error(`dev without its packages says: ${refused}`)
}

async function helps(): Promise<void> {
  const help = await run(process.execPath, [program(), '--help'], folder)
  if (!help.includes('Usage: schema-saga')) throw new Error(`--help says: ${help}`)
}

function program(): string {
  return join(folder, 'node_modules', 'schema-saga', 'bin', 'schema-saga.js')
}
