import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { PROGRAM_TESTS } from './test/program-rooms.ts'

/** The built program, and servers and clients over connections. */
export default defineConfig({
  test: {
    include: [...PROGRAM_TESTS],
    globalSetup: ['test/build-once.ts'],
    // They wait for others half of the time.
    maxWorkers: 2 * availableParallelism(),
    isolate: false,
    // Nothing is measured by these: they end what hangs, on a machine that is full of other work, too.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    reporters: ['default', './test/slowest.ts'],
  },
})
