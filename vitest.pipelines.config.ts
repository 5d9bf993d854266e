import { defineConfig } from 'vitest/config'

/** What runs beside others in pipelines: the real helm, kustomize, kubectl and pre-commit. */
export default defineConfig({
  test: {
    include: ['test/pipelines/**/*.pipeline.ts'],
    globalSetup: ['test/build-once.ts'],
    // On a machine without a cache each of them builds what it needs.
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 600_000,
    reporters: ['default', './test/slowest.ts'],
  },
})
