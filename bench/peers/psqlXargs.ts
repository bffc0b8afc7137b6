/** psql, eight at once. */
import { processEnvironment } from '../../src/config.ts'
import { findOnPath } from '../../src/dev/servers/findServer.ts'
import { libpqEnvironment } from '../databases.ts'
import { runLoop } from '../program.ts'
import { writeRound } from '../psqlLoop.ts'
import type { FilePeer } from './peer.ts'

const SCRIPT = `xargs -P8 -I{} psql -X -q -v ON_ERROR_STOP=1 -v ns={} $FILES`

/** It keeps no record of what was done: with nothing to do it only looks whether the column is there. */
export const psqlXargs: FilePeer = {
  name: 'psql, xargs -P8',
  install: async () => {
    const psql = findOnPath('psql', processEnvironment())
    if (psql === null) throw new Error('psql is not on the PATH')
    return psql
  },
  prepare: async (_, { url, namespaces, folder }) => {
    const env = libpqEnvironment(url)
    const run = async (...files: readonly string[]): Promise<number> =>
      await runLoop(SCRIPT, namespaces, {
        cwd: folder,
        env: { ...env, FILES: files.map((file) => `-f ${file}`).join(' ') },
      })
    return {
      apply: async (round) => await run(await writeRound(folder, round)),
      applyAll: async (rounds) => {
        const files: string[] = []
        for (const round of rounds) files.push(await writeRound(folder, round))
        return await run(...files)
      },
      noop: async (round) =>
        await run(await writeRound(folder, round, (sql) => sql.replace('ADD COLUMN', 'ADD COLUMN IF NOT EXISTS'))),
    }
  },
}
