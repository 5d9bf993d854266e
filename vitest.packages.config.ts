import { defineConfig } from 'vitest/config'

/** What people install, on the versions of Node.js that they have; these come from npm. */
export default defineConfig({
  test: {
    include: ['test/packages/**/*.packages.ts'],
    globalSetup: ['test/build-once.ts'],
    fileParallelism: false,
    // npm unpacks whole Node.js while other suites have the cores.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    reporters: ['default', './test/slowest.ts'],
  },
})
