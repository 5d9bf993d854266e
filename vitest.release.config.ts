import { defineConfig } from 'vitest/config'

/** What a release is made with: Helm, npm, linters of workflows. Where it goes to: test/e2e/registry.e2e.ts. */
export default defineConfig({
  test: {
    include: ['test/release/**/*.release.ts'],
    globalSetup: ['test/build-once.ts'],
    // On a machine without a cache each of them builds what it needs.
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 600_000,
    reporters: ['default', './test/slowest.ts'],
  },
})
