import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { programFolder, withPrograms } from '../completion/program-folder.ts'
import { folderOf, inProcess, type Ran } from './run.ts'

/** The examples at the end of each `--help`: the real program takes them, and runs those that need no cluster. */

const commands = async (): Promise<readonly string[]> => {
  const { out } = await inProcess(['__complete', ''])
  return out.split('\n').flatMap((line) => (line.includes('\t') ? [line.split('\t')[0] ?? ''] : []))
}

async function examplesOf(...command: readonly string[]): Promise<readonly string[]> {
  const { out } = await inProcess([...command, '--help'])
  const examples = out.split('\nExamples:\n')[1] ?? ''
  return examples.split('\n').flatMap((line) => (/^ {2}[^# ]/.test(line) ? [line.trim()] : []))
}

const work = folderOf({})
mkdirSync(path.join(work, 'deploy'))
for (const name of readdirSync('examples').filter((file) => file.endsWith('.yaml')))
  copyFileSync(path.join('examples', name), path.join(work, 'deploy', name))

/** Nothing leads to a cluster. */
const env = { ...withPrograms(programFolder()), HOME: work, KUBECONFIG: '', KUBERNETES_SERVICE_HOST: '' }

function run(line: string): Ran {
  const { status, stdout, stderr } = spawnSync('bash', ['-c', line], { cwd: work, env, encoding: 'utf8' })
  return { code: status, out: stdout, err: stderr }
}

test('every command has two to four, in 80 columns', async () => {
  for (const command of ['', ...(await commands())]) {
    const examples = await examplesOf(...(command === '' ? [] : [command]))
    expect([command, examples.length >= 2 && examples.length <= 4]).toEqual([command, true])
    for (const line of examples) {
      expect(line.length).toBeLessThanOrEqual(78)
      expect(line).toMatch(command === '' ? /^slackwater / : new RegExp(`\\bslackwater ${command}\\b`))
    }
  }
})

describe('without a cluster they run', () => {
  test.for(['plan', 'lint', 'explain', 'completion', 'version'])('%s', async (command) => {
    const examples = (await examplesOf(command)).filter((line) => !line.endsWith('-n shop'))
    expect(examples.length).toBeGreaterThan(1)
    for (const line of examples) {
      // What a chart renders, here; and the workload that the examples have.
      const local = line
        .replace(/^helm template my-release .*(?= \| )/, 'cat deploy/*.yaml')
        .replace('deployment/web', 'deployment/storefront')
        .replace('| source', '>/dev/null')
        .replace(/^(?=source .* zsh)/, 'compdef() { :; }; ')
      const { code, err } = run(local)
      expect([local, err]).toEqual([local, expect.not.stringMatching(/error|not found/)])
      expect([local, code === 0 || code === 1]).toEqual([local, true])
    }
  })
})

test('what they write is there', () => {
  expect(readdirSync(path.join(work, 'patched'))).toEqual(readdirSync(path.join(work, 'deploy')))
  expect(readdirSync(work)).toContain('slackwater.sarif')
})

test.for(['audit', 'report', 'explain', 'handover', 'remove'])(
  'with a cluster: %s takes them, and misses nothing but the cluster',
  async (command) => {
    for (const line of await examplesOf(command)) {
      if (line.includes('-f ') || line.includes('prestop-missing')) continue
      const local = line.replace(/^kubectl .* -- /, '')
      const { code, out, err } = run(local)
      expect({ local, code, out }).toEqual({ local, code: 2, out: '' })
      expect([local, err]).toEqual([
        local,
        expect.stringMatching(/^error: (?:(?:[\w-]+: )?no cluster: |.*: --yes is required)/),
      ])
    }
  },
)

test('serve starts with them: it comes as far as its port, or its certificate', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const address = taken.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const ends = (await examplesOf('serve')).map(
    (line) => run(`${line} --host 127.0.0.1 --port ${port} --health-port 0`).err,
  )
  taken.close()
  expect(ends).toEqual([
    `error: listen EADDRINUSE: address already in use 127.0.0.1:${port}\n`,
    expect.stringMatching(/^error: (?:no cluster|tls\.crt: cannot be read)/),
  ])
})

test('as a plugin of kubectl they name it so', () => {
  const { out } = run('kubectl-slackwater plan --help')
  expect(out).toContain('\n  kubectl slackwater plan -f deploy/\n')
  expect(out).toContain('\n  helm template my-release ./chart | kubectl slackwater plan -f -\n')
  expect(run('kubectl-slackwater --help').out).toContain('\n  kubectl slackwater audit\n')
})
