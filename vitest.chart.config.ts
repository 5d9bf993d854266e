import { defineConfig } from 'vitest/config'

/** The checks of the chart that need Helm. */
export default defineConfig({
  test: {
    include: ['test/chart/**/*.chart.ts'],
    // On a machine without a cache each of them builds what it needs.
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 600_000,
    reporters: ['default', './test/slowest.ts'],
  },
})
