import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'

/** `.ci/why.awk`: what the end of CI's log says of a step that has failed. */
function why(log: string, room = 4_000): string {
  const args = ['-v', `room=${room}`, '-f', '.ci/why.awk']
  const { status, stdout, stderr } = spawnSync('awk', args, {
    input: log,
    env: { ...process.env, LC_ALL: 'C' },
  })
  expect({ status, stderr: String(stderr) }).toEqual({ status: 0, stderr: '' })
  return String(stdout)
}

const RED = '\u001b[31m'
const OFF = '\u001b[39m'

/** As vitest ends: two tries of one case with one text each, then two cases that have one text. */
const VITEST = `
 ✓ test/e2e/a.e2e.ts > passes
${RED}   → Error: not here: what is told while it runs${OFF}

⎯⎯⎯⎯⎯⎯⎯ Failed Tests 3 ⎯⎯⎯⎯⎯⎯⎯

${RED} FAIL ${OFF} test/e2e/a.e2e.ts > none is missed (initial run)
${RED}AssertionError: expected { covered: 993 } to deeply equal { covered: 1000 }${OFF}

- Expected
+ Received

 ❯ test/e2e/a.e2e.ts:217:22
    215|     await waitFor(isComplete)
       |                   ^
⎯⎯⎯⎯⎯⎯⎯⎯[1/4]⎯

 FAIL  test/e2e/a.e2e.ts > none is missed (1st retry)
AssertionError: expected { covered: 994 } to deeply equal { covered: 1000 }
⎯⎯⎯⎯⎯⎯⎯⎯[2/4]⎯

 FAIL  test/e2e/b.e2e.ts > installs (initial run, 1st retry)
 FAIL  test/e2e/b.e2e.ts > upgrades
Error: INSTALLATION FAILED: context deadline exceeded
⎯⎯⎯⎯⎯⎯⎯⎯[4/4]⎯

e2e: failed: test/e2e/a.e2e.ts
`

test('each case that failed is told once, with its reason, and without colors', () => {
  expect(why(VITEST).split('\n')).toEqual([
    ' FAIL  test/e2e/a.e2e.ts > none is missed',
    '  AssertionError: expected { covered: 993 } to deeply equal { covered: 1000 }',
    '  - Expected',
    '  + Received',
    '   ❯ test/e2e/a.e2e.ts:217:22',
    ' FAIL  test/e2e/b.e2e.ts > installs',
    ' FAIL  test/e2e/b.e2e.ts > upgrades',
    '  Error: INSTALLATION FAILED: context deadline exceeded',
    '  e2e: failed: test/e2e/a.e2e.ts',
    '',
  ])
})

test('no reason takes more than twelve lines, and all together no more than there is room for', () => {
  const long = ` FAIL  a > b\nError: x\n${'  a line of a difference\n'.repeat(100)}`
  expect(why(long).split('\n')).toHaveLength(14)
  expect(why(VITEST, 150).length).toBeLessThanOrEqual(150 + '(and more, above)\n'.length)
  expect(why(VITEST, 150)).toMatch(/\(and more, above\)\n$/)
})

test('where no case has failed: the lines that name an error; without any, the last lines', () => {
  expect(
    why('compiling\nsrc/a.ts(1,2): error TS1005: expected\nsrc/a.ts(1,2): error TS1005: expected\nend'),
  ).toBe('  src/a.ts(1,2): error TS1005: expected\n')
  const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`)
  expect(why(lines.join('\n'))).toBe(
    lines
      .slice(18)
      .map((line) => `  ${line}\n`)
      .join(''),
  )
})
