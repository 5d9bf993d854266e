import { defineConfig } from 'vitest/config'

/** One cluster, one webhook configuration: the files run one after the other. */
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.e2e.ts'],
    globalSetup: ['test/build-once.ts'],
    fileParallelism: false,
    testTimeout: 300_000,
    // Nothing that fails in them is tried once more, and a machine that is full takes its time.
    hookTimeout: 600_000,
    // A cluster's timing is not ours: once more, on fresh ground. Those that needed it are named at the suite's end.
    retry: 1,
    reporters: ['verbose', './test/slowest.ts'],
  },
})
