/** The Atlas command line, where it is on the PATH: one process for each namespace. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { processEnvironment } from '../../src/config.ts'
import { findOnPath } from '../../src/dev/servers/findServer.ts'
import { libpqEnvironment, urlForNamespace } from '../databases.ts'
import { runLoop, runProgram } from '../program.ts'
import { roundSql } from '../schema.ts'
import type { Peer } from './peer.ts'

const APPLY = '"$ATLAS" migrate apply --dir "file://$FILES" --allow-dirty --url "$URL{}" >/dev/null'

/** Eight at once. */
export const atlas: Peer = {
  name: 'Atlas, xargs -P8',
  install: async () => {
    const path = findOnPath('atlas', processEnvironment())
    if (path === null) throw new Error('the Atlas command line is not on the PATH')
    return path
  },
  prepare: async (installed, { url, namespaces, folder }) => {
    const env = { ...libpqEnvironment(url), ATLAS: installed, FILES: folder, URL: urlForNamespace(url) }
    const run = (): Promise<number> => runLoop(`xargs -P8 -I{} sh -c '${APPLY}'`, namespaces, { cwd: folder, env })
    return {
      apply: async (round) => {
        const statements = roundSql(round).map((sql) => sql.replaceAll(':"ns".', ''))
        await writeFile(join(folder, `${round}_round.sql`), `${statements.join(';\n')};\n`)
        await runProgram({ command: installed, args: ['migrate', 'hash', '--dir', `file://${folder}`], cwd: folder })
        return await run()
      },
      noop: run,
    }
  },
}
