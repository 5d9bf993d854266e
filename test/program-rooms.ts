/**
 * Rooms of tests, and files, that start programs or talk over connections, and wait for both: `npm run test:program` runs
 * them. All others are done in this process and make `npm test`, which is for running again and again.
 */
const ROOMS = [
  'aws',
  'certificates',
  'cli',
  'cluster',
  'completion',
  'controller',
  'docs-commands',
  'image',
  'lab',
  'pipelines',
  'rendering',
  'server',
]

/** Patterns of their files. */
export const PROGRAM_TESTS: readonly string[] = [
  ...ROOMS.map((room) => `test/${room}/**/*.test.ts`),
  'test/load-test-script.test.ts',
]
