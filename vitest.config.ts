import { availableParallelism } from 'node:os'
import { configDefaults, defineConfig } from 'vitest/config'
import { PROGRAM_TESTS } from './test/program-rooms.ts'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...PROGRAM_TESTS],
    globalSetup: ['test/build-once.ts'],
    // By default one core is left to whoever edits, which is half of a machine of two.
    maxWorkers: availableParallelism(),
    // A process for each of 250 files, which loads the same modules anew, took a fifth of the time. What a case changes in
    // its process (environment, clock, spies) it puts back.
    isolate: false,
    // Nothing is measured by these: they end what hangs, on a machine that is full of other work, too.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    reporters: ['default', './test/slowest.ts'],
  },
})
