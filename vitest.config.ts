import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // Temporal's native bridge crashes in worker threads.
    pool: 'forks',
    globalSetup: './test/globalSetup.ts',
    setupFiles: ['./test/propertySeed.ts'],
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two cores: more forks only make the real servers time out.
    maxWorkers: 2,
  },
})
