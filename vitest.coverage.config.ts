import { defineConfig } from 'vitest/config'

/** How much of the core the cases reach, the same in each run: generated ones begin with a fixed seed. */
export default defineConfig({
  test: {
    include: [
      'test/{core,kubernetes,assessment,admission,plan,examples,departures,handover}/**/*.test.ts',
      'test/{report,audit,controller,consistency,explain,removal,render,judgement}/**/*.test.ts',
      'test/hostile/neighbors.test.ts',
    ],
    setupFiles: ['test/fixed-seed.ts'],
    env: { SLACKWATER_SEED: '1' },
    // The core has no state: each file need not load it anew.
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 180_000,
    coverage: {
      enabled: true,
      provider: 'v8',
      include: ['src/core/**'],
      reporter: ['text'],
      // A choice: what is left are ends that no input reaches.
      thresholds: { statements: 95, branches: 95, functions: 95 },
    },
  },
})
