import { defineConfig } from 'vitest/config'

/** The page in a real browser: Chromium, or the one that CHROMIUM_BIN names. */
export default defineConfig({
  test: {
    include: ['test/page/**/*.page.ts'],
    // Each has a browser of its own, and one compares times.
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    reporters: ['default', './test/slowest.ts'],
  },
})
