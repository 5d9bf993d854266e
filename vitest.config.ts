import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/build-once.ts'],
    testTimeout: 30_000,
    reporters: ['default', './test/slowest.ts'],
    coverage: {
      provider: 'v8',
      include: ['src/core/**'],
      reporter: ['text'],
      // A choice: what is left are ends that no input reaches.
      thresholds: { statements: 95, branches: 95, functions: 95 },
    },
  },
})
