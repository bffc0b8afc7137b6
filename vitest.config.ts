import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { SlowTiersFirst } from './test/setup/slowTiersFirst.ts'

/** A tier: its folders below `test`, and the setup that starts its servers. Each runs alone: `vitest run --project NAME`. */
function tier(name: string, folders: readonly string[], setup: string | null, without: readonly string[] = []) {
  const tests = (folder: string): string => `test/${folder}${folder.endsWith('.ts') ? '' : '/**/*.test.ts'}`
  return {
    extends: true as const,
    test: {
      name,
      include: folders.map(tests),
      exclude: without.map(tests),
      // The files of a tier share a process: loading the SDK anew for each takes seconds.
      isolate: false,
      // Several real servers answer in such a test: on a busy machine it may take many times its usual seconds.
      ...((setup === 'whole' || setup === 'workflow') && { testTimeout: 180_000, hookTimeout: 180_000 }),
      ...(setup !== null && { globalSetup: `./test/setup/${setup}.ts`, runner: './test/setup/drawingRunner.ts' }),
    },
  } satisfies TestProjectInlineConfiguration
}

/** What of the search needs a database only. */
const SEARCH = ['simulate/application', 'simulate/laws']

export default defineConfig({
  test: {
    // Temporal's native bridge crashes in worker threads.
    pool: 'forks',
    // More than cores: what waits for a server leaves its core to another. Many more make the servers time out.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    sequence: { sequencer: SlowTiersFirst },
    // Each tier has a server of its own for modules, which would transform the same ones again.
    experimental: { fsModuleCache: true },
    setupFiles: ['./test/setup/propertySeed.ts'],
    reporters: ['default', './test/setup/slowestFiles.ts'],
    projects: [
      tier(
        'unit',
        [
          'logical',
          'physical',
          'sql/script',
          'migrations',
          'commands',
          'bench',
          'client',
          'busy/results.test.ts',
          '*.test.ts',
        ],
        null,
        ['client/database'],
      ),
      tier(
        'database',
        ['postgres', 'sql', 'activities', 'client/database', 'upgrade', 'busy/busy.test.ts', ...SEARCH],
        'database',
        ['sql/script'],
      ),
      tier('workflow', ['workflows'], 'workflow'),
      tier('replay', ['replay'], 'replay'),
      tier('whole', ['whole', 'docs', 'dev'], 'whole'),
      tier('faults', ['faults', 'simulate'], 'whole', SEARCH),
    ],
  },
})
