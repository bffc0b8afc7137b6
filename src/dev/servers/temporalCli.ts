/** The `temporal` program, which holds the dev server and its Web UI. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Environment } from '../../config.ts'
import { type FindServerOptions, findServer, type ServerSource } from './findServer.ts'
import { runBuild } from './runBuild.ts'

// The last version that builds as it is: later ones have a `replace` in their go.mod, which only their own checkout obeys.
const VERSION = 'v1.5.1'
const PACKAGE = 'github.com/temporalio/cli/cmd/temporal'

// The SQLite driver that this version asks for leaks what a call was reading when its caller left, and from then on
// every query of the server fails with "interrupted (9)". Mended in 1.40.1; 1.51.0 keeps a database in memory as well.
const GO_MOD = `module temporal-cli-build

go 1.25.0

require (
\tgithub.com/temporalio/cli ${VERSION}
\tmodernc.org/sqlite v1.51.0
)
`

const TEMPORAL_CLI: ServerSource = {
  name: 'Temporal CLI',
  setting: 'TEMPORAL_CLI_PATH',
  onPath: true,
  // Named for our recipe, not for the version, which a download chooses. Raise it when the recipe changes.
  entry: 'temporal-cli-2',
  executable: 'temporal',
  artifact: 'cli',
  tools: ['go'],
  remedy: 'set TEMPORAL_CLI_PATH to a `temporal` program, install `temporal` on the PATH, or install Go 1.25 or later',
  buildLabel: `Building the Temporal CLI ${VERSION} with Go (some minutes, once)`,
  build,
}

/** The path of a `temporal` program. Errors: `SETTING_INVALID`, `SERVER_UNAVAILABLE`. */
export function findTemporalCli(options: FindServerOptions): Promise<string> {
  return findServer(TEMPORAL_CLI, options)
}

async function build(folder: string, env: Environment): Promise<void> {
  const scratch = join(folder, 'scratch')
  await mkdir(scratch)
  await writeFile(join(scratch, 'go.mod'), GO_MOD)
  await runBuild({
    command: 'go',
    // `mod` lets it complete go.mod with what the two need, and write go.sum.
    args: ['build', '-mod=mod', '-trimpath', '-ldflags=-s -w', '-o', 'temporal', PACKAGE],
    // Scratch files lie in our folder, so that a killed build leaves nothing outside it.
    env: { ...env, CGO_ENABLED: '0', GOTMPDIR: scratch, GOFLAGS: '', GOWORK: 'off' },
    cwd: scratch,
  })
  await rename(join(scratch, 'temporal'), join(folder, 'temporal'))
  await rm(scratch, { recursive: true, force: true })
}
