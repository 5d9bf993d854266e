import { defineConfig } from 'vitest/config'

/**
 * How much of the core its own cases reach. Those that are generated prove in `npm test`; here they would say by chance
 * what the others leave out, and take most of the time.
 */
export default defineConfig({
  test: {
    include: [
      'test/{core,kubernetes,assessment,admission,plan,examples}/**/*.test.ts',
      'test/hostile/neighbors.test.ts',
    ],
    exclude: ['**/*properties.test.ts', '**/fuzz.test.ts'],
    // The core has no state: each file need not load it anew.
    isolate: false,
    testTimeout: 120_000,
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
