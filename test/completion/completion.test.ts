import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { FINDINGS } from '../../src/core/findings/catalogue.ts'
import { inProcess } from '../cli/run.ts'
import { programFolder, withPrograms } from './program-folder.ts'

/** What `slackwater __complete WORDS` answers, in the words of cobra; bash does, since every machine has it. */

const answer = async (...words: readonly string[]) => {
  const { out, code } = await inProcess(['__complete', ...words])
  const lines = out.trimEnd().split('\n')
  expect(code).toBe(0)
  return { words: lines.slice(0, -1).map((line) => line.split('\t')[0] ?? ''), directive: lines.at(-1) }
}

const COMMANDS = ['plan', 'serve', 'report', 'explain', 'remove', 'completion']

describe('the words at the cursor', () => {
  test('commands, with their summaries; the hidden one is none', async () => {
    const { words, directive } = await answer('')
    expect(words).toEqual(expect.arrayContaining(COMMANDS))
    expect(words.filter((word) => word.startsWith('_'))).toEqual([])
    expect(directive).toBe(':4')
    expect((await inProcess(['__complete', 'pl'])).out).toBe(
      'plan\tshow what would change in manifests, and why\n:4\n',
    )
  })

  test('every command and every long option of the help', async () => {
    for (const command of (await answer('')).words) {
      const { out } = await inProcess([command, '--help'])
      const inHelp = out.match(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)?.map((line) => line.replace(/^.*(?=--)/, ''))
      expect((await answer(command, '--')).words.toSorted()).toEqual(inHelp?.toSorted())
    }
  })

  test.for<readonly [line: string, words: readonly string[], directive: string]>([
    ['plan -o ', ['text', 'json', 'yaml', 'github', 'html', 'junit', 'sarif'], ':4'],
    ['plan --output=j', ['json', 'junit'], ':4'],
    ['plan -f x --output y', ['yaml'], ':4'],
    ['plan --fail-on ', ['error', 'warning', 'none'], ':4'],
    ['plan --fail-on none --fail', [], ':4'],
    // The value of -f, and every further one, is a file; an option ends them.
    ['plan -f ', [], ':0'],
    ['plan -f a.yaml ', [], ':0'],
    ['plan -f a.yaml --det', ['--details'], ':4'],
    ['plan -f - -o t', ['text'], ':4'],
    ['plan --write-to ', [], ':16'],
    ['lint --kustomize ', [], ':16'],
    ['audit --settings ', [], ':0'],
    ['plan --settings ', [], ':0'],
    ['serve --log-level s', ['silent'], ':4'],
    ['completion ', ['bash', 'zsh', 'fish'], ':4'],
    ['explain prestop-m', ['prestop-missing'], ':4'],
    ['explain deploy', ['deployment/'], ':6'],
    ['explain -n shop stat', ['statefulset/'], ':6'],
    ['explain prestop-missing ', [], ':4'],
    ['explain -- single-r', ['single-replica'], ':4'],
    ['unknown --', ['--version', '--help'], ':4'],
    ['plan --nothing=', [], ':4'],
  ])('slackwater %s', async ([line, wanted, directive]) => {
    const found = await answer(...line.split(' '))
    expect(found.words).toEqual(expect.arrayContaining([...wanted]))
    if (wanted.length < 5) expect(found.words.filter((word) => !wanted.includes(word))).toEqual([])
    expect(found.directive).toBe(directive)
  })

  test('all findings', async () => {
    const { words } = await answer('explain', '')
    expect(words).toEqual(expect.arrayContaining(Object.keys(FINDINGS)))
  })

  test('a hostile word is only compared', async () => {
    const { words } = await answer('$(touch /tmp/x)\u001b[2J')
    expect(words).toEqual([])
  })
})

describe('bash', () => {
  const folder = programFolder()
  /** What `COMPREPLY` holds at the end of a line, as readline would call the function. */
  const completed = (line: string, before = ''): readonly string[] => {
    const script = `
      source <(slackwater completion bash)
      ${before}
      COMP_LINE=${JSON.stringify(line)} COMP_POINT=\${#COMP_LINE}
      # As readline splits: at blanks, and around each =.
      read -ra COMP_WORDS <<<"\${COMP_LINE//=/ = }"
      case $COMP_LINE in *' ') COMP_WORDS+=('') ;; esac
      COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
      case $COMP_LINE in *=) COMP_WORDS[COMP_CWORD]='=' ;; esac
      compopt() { :; }
      _slackwater slackwater
      printf '%s\\n' "\${COMPREPLY[@]}"`
    const ran = spawnSync('bash', ['--norc', '-c', script], {
      encoding: 'utf8',
      env: withPrograms(folder),
    })
    expect(ran.stderr).toBe('')
    return ran.stdout.trim().split('\n')
  }

  test.for<readonly [string, readonly string[]]>([
    ['slackwater pl', ['plan']],
    ['slackwater plan -o ', ['text', 'json', 'yaml']],
    ['slackwater plan --output=js', ['json']],
    ['slackwater plan --output=', ['text', 'json', 'yaml']],
    ['slackwater explain prestop-m', ['prestop-missing']],
    ['slackwater explain sts', ['']],
    ['slackwater plan -f ', ['']],
  ])('%s', ([line, words]) => expect(completed(line).slice(0, words.length)).toEqual(words))
})
