import { defineConfig } from 'vitest/config'

/** What people install, on the versions of Node.js that they have; these come from npm. */
export default defineConfig({
  test: {
    include: ['test/packages/**/*.packages.ts'],
    globalSetup: ['test/build-once.ts'],
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    reporters: ['default', './test/slowest.ts'],
  },
})
