import { defineConfig } from 'vitest/config'

/** The kubectl plugin with kubectl and krew, and completion with zsh and fish: what not every machine has. */
export default defineConfig({
  test: {
    include: ['test/shells/**/*.shell.ts'],
    globalSetup: ['test/build-once.ts'],
    // On a machine without a cache each of them builds what it needs.
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 600_000,
    reporters: ['default', './test/slowest.ts'],
  },
})
