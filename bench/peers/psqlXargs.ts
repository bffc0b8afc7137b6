/** psql, eight at once. */
import { processEnvironment } from '../../src/config.ts'
import { findOnPath } from '../../src/dev/servers/findServer.ts'
import { libpqEnvironment } from '../databases.ts'
import { runLoop } from '../program.ts'
import { writeRound } from '../psqlLoop.ts'
import type { Peer } from './peer.ts'

const SCRIPT = `xargs -P8 -I{} psql -X -q -v ON_ERROR_STOP=1 -v ns={} -f "$FILE"`

/** It keeps no record of what was done: with nothing to do it only looks whether the column is there. */
export const psqlXargs: Peer = {
  name: 'psql, xargs -P8',
  install: async () => {
    const psql = findOnPath('psql', processEnvironment())
    if (psql === null) throw new Error('psql is not on the PATH')
    return psql
  },
  prepare: async (_, { url, namespaces, folder }) => {
    const env = libpqEnvironment(url)
    const run = async (file: string): Promise<number> =>
      await runLoop(SCRIPT, namespaces, { cwd: folder, env: { ...env, FILE: file } })
    return {
      apply: async (round) => await run(await writeRound(folder, round)),
      noop: async (round) =>
        await run(await writeRound(folder, round, (sql) => sql.replace('ADD COLUMN', 'ADD COLUMN IF NOT EXISTS'))),
    }
  },
}
