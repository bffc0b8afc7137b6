/** node-pg-migrate, as a library in a loop: its command line would start Node once more for each namespace. */
import { writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runProgram } from '../program.ts'
import { roundSql } from '../schema.ts'
import type { NodePgMigrateWork } from './nodePgMigrateProcess.ts'
import type { FilePeer } from './peer.ts'

const PROCESS = fileURLToPath(new URL('./nodePgMigrateProcess.ts', import.meta.url))
const { version } = createRequire(import.meta.url)('node-pg-migrate/package.json') as { version: string }

/** One namespace after the other, in one process. */
export const nodePgMigrate: FilePeer = {
  name: `node-pg-migrate ${version}, loop`,
  install: async () => PROCESS,
  prepare: async (installed, { url, namespaces, folder }) => {
    const work: NodePgMigrateWork = { url, namespaces, folder }
    const run = async (): Promise<number> => {
      const { stdout } = await runProgram({
        command: process.execPath,
        args: ['--import', 'tsx', installed],
        cwd: fileURLToPath(new URL('../..', import.meta.url)),
        stdin: JSON.stringify(work),
      })
      return Number(stdout)
    }
    const write = async (number: number, statements: readonly string[]): Promise<void> => {
      await writeFile(join(folder, `${String(number).padStart(4, '0')}_round.sql`), `${statements.join(';\n')};\n`)
    }
    // It sets the search path to the namespace, and knows no placeholder.
    const writeRound = (round: number): Promise<void> =>
      write(
        round + 1,
        roundSql(round).map((sql) => sql.replaceAll(':"ns".', '')),
      )
    // Its own tables are there before the clock starts, as for the others.
    await write(1, ['SELECT 1'])
    await run()
    return {
      apply: async (round) => {
        await writeRound(round)
        return await run()
      },
      applyAll: async (rounds) => {
        for (const round of rounds) await writeRound(round)
        return await run()
      },
      noop: run,
    }
  },
}
