/** Prints the slowest test files at the end of a run, so that a suite that becomes slow says where. */
import type { Reporter, TestModule } from 'vitest/node'

const NAMED = 5

/** A vitest reporter beside the default one. */
export default class SlowestFiles implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const timed = modules
      .map((module) => ({ name: `${module.project.name} ${module.relativeModuleId}`, seconds: secondsOf(module) }))
      .sort((a, b) => b.seconds - a.seconds)
      .slice(0, NAMED)
    if (modules.length <= NAMED) return
    console.log(
      `\nThe slowest files:\n${timed.map(({ name, seconds }) => `  ${seconds.toFixed(1)} s  ${name}`).join('\n')}`,
    )
  }
}

/** With the time of its hooks and of loading it. */
function secondsOf(module: TestModule): number {
  const { duration, collectDuration, setupDuration, prepareDuration, environmentSetupDuration } = module.diagnostic()
  return (duration + collectDuration + setupDuration + prepareDuration + environmentSetupDuration) / 1000
}
