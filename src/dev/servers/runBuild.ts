/** Runs one build tool to its end. */
import type { Environment } from '../../config.ts'
import { SurroundingsMissing } from '../../errors.ts'
import { startTiedProcess } from './tiedProcess.ts'

/** A build tool's command line. */
export interface BuildCommand {
  readonly command: string
  readonly args: readonly string[]
  readonly env: Environment
  readonly cwd: string
}

/** Waits for the tool; a failure carries the end of its output. Errors: `SERVER_UNAVAILABLE`. */
export async function runBuild(build: BuildCommand): Promise<void> {
  const tool = await startTiedProcess({ ...build, stopSignal: 'SIGINT', wholeGroup: true })
  const failure = await tool.ended
  if (failure !== null) {
    throw new SurroundingsMissing('SERVER_UNAVAILABLE', `${build.command} ${build.args.join(' ')} ${failure}`)
  }
}
