import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'

/** The load test that docs/see-it-work.md gives to copy, run with a vegeta and a kubectl that only say what they were asked. */

const [, script = ''] = /```sh\n([\s\S]*?)```/.exec(readFileSync('docs/see-it-work.md', 'utf8')) ?? []
const folder = mkdtempSync(path.join(tmpdir(), 'load-test-'))
afterAll(() => rmSync(folder, { recursive: true }))

function write(name: string, text: string): string {
  const file = path.join(folder, name)
  writeFileSync(file, text)
  chmodSync(file, 0o755)
  return file
}

const node = (body: string): string =>
  `#!${process.execPath}\nconst [what, ...rest] = process.argv.slice(2)\n${body}`

// `attack` goes on until SIGINT, as vegeta with a duration of 0; `encode` has what the case says.
write(
  'vegeta',
  node(`const { appendFileSync, readFileSync } = require('node:fs')
const log = process.env.FOLDER + '/log'
appendFileSync(log, 'vegeta ' + [what, ...rest.filter((one) => !one.includes('tmp'))].join(' ') + '\\n')
if (what === 'attack') {
  appendFileSync(log, readFileSync(0, 'utf8'))
  process.on('SIGINT', () => { appendFileSync(log, 'interrupted\\n'); process.exit(0) })
  setInterval(() => {}, 1000)
}
if (what === 'encode') process.stdout.write(readFileSync(process.env.FOLDER + '/results', 'utf8'))
`),
)
write(
  'kubectl',
  node(
    `require('node:fs').appendFileSync(process.env.FOLDER + '/log', 'kubectl ' + [what, ...rest].join(' ') + '\\n')`,
  ),
)
const file = write('rollout-test.sh', script)

/** vegeta's columns: time in nanoseconds, code, latency, bytes out and in, error. */
const line = (second: number, code: number): string =>
  `${BigInt(1_760_000_000 + second) * 1_000_000_000n + 5n},${code},1000,0,0,"a, b"`

function run(
  results: readonly string[],
  args: readonly string[] = ['http://127.0.0.1/', 'shop', 'deployment/web'],
) {
  writeFileSync(path.join(folder, 'log'), '')
  writeFileSync(path.join(folder, 'results'), results.map((one) => `${one}\n`).join(''))
  // The stand-in needs a moment until it listens for the signal.
  const env = {
    ...process.env,
    PATH: `${folder}:${process.env['PATH']}`,
    FOLDER: folder,
    WARMUP: '0',
    SETTLE: '1',
  }
  const { status, stdout, stderr } = spawnSync('sh', [file, ...args], { env, encoding: 'utf8' })
  return { status, stdout, stderr, log: readFileSync(path.join(folder, 'log'), 'utf8').split('\n') }
}

test('it sends at a constant rate before, during and after a restart, and counts what is lost by second', () => {
  const results = [
    line(2, 200),
    line(0, 200),
    line(3, 502),
    line(3, 502),
    line(3, 504),
    line(12, 0),
    line(4, 404),
  ]
  const { status, stdout, stderr, log } = run(results)
  expect({ status, stderr }).toEqual({ status: 1, stderr: '' })
  expect(stdout.split('\n').map((one) => one.trim())).toEqual([
    '3 s after the start: 1 x 504',
    '3 s after the start: 2 x 502',
    '12 s after the start: 1 x no answer',
    // 7 lines, 4 of them without an answer of the application: 4 / 7
    '7 requests, 4 lost (57.14 %)',
    '',
  ])
  expect(log.filter((one) => one.startsWith('kubectl'))).toEqual([
    'kubectl -n shop rollout restart deployment/web',
    'kubectl -n shop rollout status deployment/web --timeout=30m',
  ])
  expect(log).toContain('GET http://127.0.0.1/')
  expect(log.find((one) => one.startsWith('vegeta attack'))).toContain('-rate 100 -duration 0')
  const at = (words: string) => log.findIndex((one) => one.startsWith(words))
  expect(at('interrupted')).toBeGreaterThan(at('kubectl -n shop rollout status'))
  expect(at('vegeta encode')).toBeGreaterThan(at('interrupted'))
})

test('it ends with 0 where nothing is lost, and with 2 where it is not told what to do', () => {
  const good = run([line(0, 200), line(1, 302)])
  expect([good.status, good.stdout]).toEqual([0, '2 requests, 0 lost (0.00 %)\n'])
  const bad = run([], ['http://127.0.0.1/'])
  expect(bad.status).toBe(2)
  expect(bad.stderr).toContain('Usage: sh rollout-test.sh URL NAMESPACE KIND/NAME')
  // Without the tools nothing is restarted.
  const missing = spawnSync('/bin/sh', [file, 'http://127.0.0.1/', 'shop', 'deployment/web'], {
    env: { PATH: '/nowhere' },
    encoding: 'utf8',
  })
  expect([missing.status, missing.stderr]).toEqual([2, 'vegeta is not installed\n'])
})
