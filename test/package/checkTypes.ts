/** Types, the declarations of all packages included. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const ERROR = /^(\S+)\(\d+,\d+\): error /

/** Compiles the program of the folder. Returns the errors in declarations of others; one in ours, or in it, is thrown. */
export async function checkTypes(root: string, folder: string): Promise<readonly string[]> {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const { stdout } = spawnSync(process.execPath, [compiler, '-p', folder], { cwd: folder, encoding: 'utf8' })
  const errors = stdout.split('\n').filter((line) => /error TS\d+/.test(line))
  const ours = errors.filter((line) => {
    const [, file = ''] = ERROR.exec(line) ?? []
    return !file.startsWith('node_modules/') || file.startsWith('node_modules/schema-saga/')
  })
  if (ours.length > 0) throw new Error(`The program does not compile:\n${ours.join('\n')}`)
  return errors
}
