import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { complaintsOf, staleRuns, unaccounted } from './judge.ts'
import { createSandbox, type Sandbox } from './sandbox.ts'
import { blocksOfCommands, commandsInOutput, inlineCommands, PAGES, type Shown, straysOf } from './shown.ts'

/**
 * Every command that the documentation shows. Here a real shell takes each apart, and its arguments are judged, without
 * running a program; `test/shells/docs-commands.shell.ts` runs the programs. What needs a cluster, a registry or an account
 * has a mark above its block, which names the test that runs it, or says why none does.
 */

let sandbox: Sandbox
beforeAll(() => {
  sandbox = createSandbox()
})
afterAll(() => sandbox.remove())

const MARKS = 'put <!-- run by test/e2e/NAME.e2e.ts --> or <!-- not run: WHY --> above the block'

/** @returns what is wrong, each with its place. */
async function judged(shown: Shown, isWhole: boolean): Promise<readonly string[]> {
  const { calls, complaints } = await sandbox.run(shown.text)
  const wrong = await Promise.all(calls.map((call) => complaintsOf(call, isWhole)))
  const left = isWhole ? unaccounted(shown.page, calls, shown.mark) : []
  const none = calls.length === 0 ? ['nothing is called'] : []
  const hints = left.some((one) => one.startsWith('nothing runs')) ? [MARKS] : []
  return [
    ...complaints.split('\n').filter((line) => line !== ''),
    ...wrong.flat(),
    ...none,
    ...left,
    ...hints,
  ].map((one) => `${shown.page}:${shown.line}: ${one}`)
}

const all = (shown: readonly Shown[], isWhole: boolean) =>
  Promise.all(shown.map((one) => judged(one, isWhole))).then((found) => found.flat())

test('pages with commands are found', () => {
  const withCommands = PAGES.filter((page) => blocksOfCommands(page).length > 0)
  expect(withCommands).toEqual(
    expect.arrayContaining(['README.md', 'docs/audit.md', 'docs/findings/gate-stuck.md']),
  )
  expect(withCommands.length).toBeGreaterThan(25)
})

describe.for(PAGES)('%s', (page) => {
  test('each command of its blocks parses, and is run by a test or marked with why not', async () => {
    expect(await all(blocksOfCommands(page), true)).toEqual([])
  })

  test('each command of ours within a sentence parses', async () => {
    expect(await all(inlineCommands(page), false)).toEqual([])
  })

  test('no command stands among output, and no mark above what is no command', () => {
    expect([...commandsInOutput(page), ...straysOf(page)]).toEqual([])
  })
})

/** A block as a page has it. */
const asIs = (command: string): string => `\`\`\`\n${command}\n\`\`\``
const marked = (mark: string, command: string): string => `<!-- ${mark} -->\n${asIs(command)}`
const yaml = (text: string): string => `\`\`\`yaml\n${text}\n\`\`\``

/** What must not be on a page, and the words by which it is found. */
const WRONG: readonly (readonly [string, string, string])[] = [
  ['an option that we do not have', asIs('slackwater audit --contextz a'), "unknown option '--contextz'"],
  ['a value that an option does not take', asIs('slackwater audit -o jason'), "argument 'jason' is invalid"],
  ['a command that we do not have', asIs('kubectl slackwater judge'), "unknown command 'judge'"],
  ['the same through npm', asIs('npm run -s slackwater -- plan -f a -x'), "unknown option '-x'"],
  ['the same in a Pod', asIs('kubectl exec deploy/a -- slackwater report --al'), "unknown option '--al'"],
  ['the same in a container', asIs('docker run --rm -i IMAGE plan -f - -x'), "unknown option '-x'"],
  ['in a pipe', asIs('cat web.yaml | slackwater plan -f - --no | jq .'), "unknown option '--no'"],
  ['in a workflow', yaml('- run: npx slackwater lint -f a -q'), "unknown option '-q'"],
  ['in a list', '- so:\n\n  ```\n  slackwater lint -f a -x\n  ```', "unknown option '-x'"],
  ['after a prompt', asIs('$ slackwater judge\njudged'), "unknown command 'judge'"],
  ['in a sentence', 'Call `slackwater plan --patch`.', "unknown option '--patch'"],
  ['a program that no page has shown', asIs('kubectl get pods | yq .'), 'yq: not found'],
  ['what no shell reads', asIs("slackwater plan -f 'a"), 'nterminated quoted string'],
  [
    'a value that the chart does not have',
    marked('run by test/e2e/install.e2e.ts', 'helm install slackwater charts/slackwater --set mod=off'),
    'the chart has no value mod',
  ],
  ['a script that package.json does not have', asIs('npm run frobnicate'), 'no script frobnicate'],
  ['a cluster without a mark', asIs('kubectl get nodes'), 'nothing runs: kubectl get nodes'],
  [
    'a mark without its file',
    marked('run by test/e2e/gone.e2e.ts', 'kubectl get pods'),
    'test/e2e/gone.e2e.ts does not exist',
  ],
  [
    'a file that does not run it',
    marked('run by test/e2e/story.e2e.ts', 'kubectl annotate pod web a=b'),
    'nothing runs: kubectl annotate pod web a=b',
  ],
  ['a mark that nothing needs', marked('not run: why', 'slackwater audit'), 'needs no mark'],
  ['a mark above no command', '<!-- not run: why -->\n\nText.', '<!-- not run: why -->'],
  ['a command among output', asIs('It says:\nhelm install a'), 'helm install a'],
  ['the same after a pipe', asIs('It says:\nlist | slackwater judge -'), '| slackwater judge'],
]

async function foundOn(text: string): Promise<string> {
  const page = path.join(sandbox.folder, `${randomUUID()}.md`)
  writeFileSync(page, `# Page\n\n${text}\n`)
  const judgements = [await all(blocksOfCommands(page), true), await all(inlineCommands(page), false)]
  return [...judgements.flat(), ...commandsInOutput(page), ...straysOf(page)].join('\n')
}

describe('what is wrong on a page is found', () => {
  test.for(WRONG)('%s', async ([, text, words]) => expect(await foundOn(text)).toContain(words))

  test.for([
    ['a command of ours', asIs('slackwater plan -f manifests/ -o json | jq .summary')],
    ['a mark with its reason', marked('not run: an example', 'kubectl get nodes')],
    ['a command that a sentence speaks of', 'Call `slackwater plan --patched`.'],
    ['output', asIs('1 of 2 workloads\n  slackwater explain KIND/NAME')],
  ] as const)('what is right is not: %s', async ([, text]) => expect(await foundOn(text)).toBe(''))
})

test('each of our own commands is run by the test that is named for it', () =>
  expect(staleRuns()).toEqual([]))
