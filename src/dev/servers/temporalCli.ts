/** The `temporal` program, which holds the dev server and its Web UI. */
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Environment } from '../../config.ts'
import { type FindServerOptions, findServer, type ServerSource } from './findServer.ts'
import { runBuild } from './runBuild.ts'

// The last version that `go install` accepts as it is: later ones have a `replace` in their go.mod.
const VERSION = 'v1.5.1'
const PACKAGE = `github.com/temporalio/cli/cmd/temporal@${VERSION}`

const TEMPORAL_CLI: ServerSource = {
  name: 'Temporal CLI',
  setting: 'TEMPORAL_CLI_PATH',
  onPath: true,
  // Named for our recipe, not for the version, which a download chooses. Raise it when the recipe changes.
  entry: 'temporal-cli-1',
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
  await runBuild({
    command: 'go',
    args: ['install', '-trimpath', '-ldflags=-s -w', PACKAGE],
    // Scratch files lie in our folder, so that a killed build leaves nothing outside it.
    env: { ...env, CGO_ENABLED: '0', GOBIN: scratch, GOTMPDIR: scratch, GOFLAGS: '' },
    cwd: folder,
  })
  await rename(join(scratch, 'temporal'), join(folder, 'temporal'))
  await rm(scratch, { recursive: true, force: true })
}
