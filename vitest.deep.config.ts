import { globSync, readFileSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

/** The files that look longer when they are asked to: those that read `test/depth.ts`, themselves or in `growth.ts`. */
const looksLonger = (file: string): boolean => /\/(?:depth|growth)\.ts'/.test(readFileSync(file, 'utf8'))

/** All generated cases, all sizes: what `npm test` takes a share of. */
export default defineConfig({
  test: {
    include: globSync('test/**/*.test.ts').filter(looksLonger),
    env: { SLACKWATER_DEEP: '1' },
    globalSetup: ['test/build-once.ts'],
    maxWorkers: '100%',
    isolate: false,
    testTimeout: 400_000,
    hookTimeout: 180_000,
    reporters: ['default', './test/slowest.ts'],
  },
})
