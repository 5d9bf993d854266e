import { defineConfig } from 'vitest/config'

/** The checks of the chart that need Helm. */
export default defineConfig({
  test: { include: ['test/chart/**/*.chart.ts'], testTimeout: 60_000, hookTimeout: 300_000 },
})
