import { defineConfig } from 'vitest/config'

/** One cluster, one webhook configuration: the files run one after the other. */
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.e2e.ts'],
    globalSetup: ['test/build-once.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 300_000,
    reporters: ['verbose', './test/slowest.ts'],
  },
})
