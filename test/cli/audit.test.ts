import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { Errors } from 'typebox/value'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { parse, stringify } from 'yaml'
import { runProgram } from '../../src/cli/program.ts'
import { ClustersSchema } from '../../src/report/clusters.ts'
import { parseReport } from '../../src/report/parse-report.ts'
import { shop } from '../audit/cluster.ts'
import { type FakeApiServer, NAMESPACES, PODS, SERVICES } from '../cluster/fake-api-server.ts'
import { folderOf, type Ran } from './run.ts'

/** The built program judges what stands in the API server of these tests. */

let server: FakeApiServer
let port: number
let config: string
beforeEach(async () => {
  server = await shop()
  port = await server.start()
  config = configWith({ here: port })
})
afterEach(() => server.stop())

/** A kubeconfig with a context for each port; the first is the current one. */
function configWith(ports: Readonly<Record<string, number>>, user: object = {}): string {
  const names = Object.keys(ports)
  const text = stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': names[0],
    clusters: names.map((name) => ({
      name,
      cluster: { server: `http://127.0.0.1:${ports[name]}`, 'insecure-skip-tls-verify': true },
    })),
    users: [{ name: 'somebody', user }],
    contexts: names.map((name) => ({ name, context: { cluster: name, user: 'somebody' } })),
  })
  return path.join(folderOf({ config: text }), 'config')
}

/** Not `spawnSync`: the API server of these tests lives in this process. */
function start(args: readonly string[], further: NodeJS.ProcessEnv = {}) {
  const { NO_COLOR: _, FORCE_COLOR: __, ...env } = process.env
  const child = spawn(process.execPath, [path.resolve('dist/main.js'), 'audit', ...args], {
    env: { ...env, ...further },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [out, err] = ['', '']
  child.stdout.on('data', (text) => (out += text))
  child.stderr.on('data', (text) => (err += text))
  const ended = once(child, 'close').then(([code]): Ran => ({ code, out, err }))
  return { child, ended }
}

const audit = (...args: readonly string[]): Promise<Ran> => start(['--kubeconfig', config, ...args]).ended

/** A port of this machine at which nothing listens. */
async function closedPort(): Promise<number> {
  const other = await shop()
  const free = await other.start()
  await other.stop()
  return free
}

describe('one cluster', () => {
  test('text: whose cluster, what would change, no word of a leader; 1 for what there is to say', async () => {
    const { code, out, err } = await audit()
    expect(err).toBe('')
    expect(out).toContain(', audit of context here, all namespaces\n')
    expect(out).toContain(`read once from http://127.0.0.1:${port}`)
    expect(out).toContain('1 of 2 workloads in 1 namespace is behind a load balancer')
    expect(out).toContain('Deployment web: would change, sleep 45 s, grace period 75 s\n')
    expect(out).not.toMatch(/leader|copy of the cluster/)
    expect(out.split('\n').every((line) => line.length <= 80)).toBe(true)
    expect(code).toBe(1)
  })

  test('leads to what to paste, and with details shows it: Slackwater may not be installed', async () => {
    const { out } = await audit()
    expect(out).toMatch(/\nNext\n {2}slackwater explain KIND\/NAME -n NAMESPACE: .*paste/s)
    const { out: details } = await audit('--details')
    expect(details).toContain(
      '\n    without Slackwater: add a sleep of 45 s\n      spec:\n        template:\n',
    )
    expect(details).not.toContain('\nNext\n')
  })

  test('every line of the sample on the first screen of README.md is a line of it', async () => {
    const [, sample = ''] = /```\n(1 of 2 workloads[\s\S]*?)```/.exec(readFileSync('README.md', 'utf8')) ?? []
    const lines = sample.split('\n').filter((line) => line !== '' && line !== '…')
    const printed = (await audit()).out.split('\n')
    expect(lines.length).toBeGreaterThan(6)
    expect(lines.filter((line) => !printed.includes(line))).toEqual([])
  })

  test('JSON and YAML are a report that says whose cluster it is', async () => {
    const json: unknown = JSON.parse((await audit('-o', 'json')).out)
    const yaml: unknown = parse((await audit('-o', 'yaml')).out)
    expect(parseReport(json)).toMatchObject({ ok: true })
    expect(json).toMatchObject({ audited: { context: 'here', server: `http://127.0.0.1:${port}` } })
    expect({ ...(yaml as object), created: '' }).toEqual({ ...(json as object), created: '' })
  })

  test('a namespace that does not exist: 2, and not the result of one that has nothing', async () => {
    const { code, out, err } = await audit('-n', 'shopp')
    expect([code, out]).toEqual([2, ''])
    expect(err).toBe(`error: http://127.0.0.1:${port}: there is no namespace shopp\n`)
    // Of several clusters, some may not have it.
    expect((await audit('-n', 'shopp', '--contexts', 'here')).code).toBe(0)
  })

  test('nothing to report: 0', async () => {
    server.put(NAMESPACES, { metadata: { name: 'empty' } })
    const { code, out } = await audit('-n', 'empty')
    expect(out).toContain('audit of context here, namespace empty\n')
    expect(code).toBe(0)
  })

  test('--fail-on: findings below it do not count', async () => {
    expect((await audit('--fail-on', 'error')).code).toBe(0)
    expect((await audit('--fail-on', 'none')).code).toBe(0)
  })

  test('the settings that an installation would have', async () => {
    const settings = path.join(
      folderOf({ 's.yaml': 'mode: enforce\nterms:\n  readinessSlackSeconds: 7\n' }),
      's.yaml',
    )
    const { code, err } = await audit('--settings', settings)
    expect([code, err.startsWith('error: ')]).toEqual([2, true])
    const good = path.join(folderOf({ 's.yaml': 'mode: enforce\n' }), 's.yaml')
    const { out } = await audit('--settings', good, '-o', 'json')
    expect(JSON.parse(out)).toMatchObject({
      slackwater: { mode: 'enforce' },
      workloads: [{ mode: 'enforce' }],
    })
  })

  test('--try: the result of each dry run, and 1 for a change that would be refused', async () => {
    server.refused.set('PATCH /apis/apps/v1/namespaces/shop/deployments/web', {
      code: 403,
      message: 'admission webhook "policy" denied the request: no hooks here',
    })
    const { code, out } = await audit('--try')
    expect(out).toContain('Server-side dry run of the changes: 1 refused\n')
    expect(out.replaceAll(/\n +/g, ' ')).toContain(
      '! dry run: refused: 403: admission webhook "policy" denied the request: no hooks here',
    )
    expect(code).toBe(1)
    expect(server.writes.every(({ query }) => query['dryRun'] === 'All')).toBe(true)
  })
})

describe('incomplete: 2, whatever --fail-on is', () => {
  test('a list that is forbidden is named on standard error, and the rest is judged', async () => {
    server.refused.set(PODS, { code: 403, message: 'cannot list pods' })
    const { code, out, err } = await audit('--fail-on', 'none')
    expect(err).toBe('warning: pods could not be listed completely: 403: cannot list pods\n')
    expect(out).toContain('Deployment web: would change')
    expect(code).toBe(2)
  })

  test('load balancers that are unknown: nobody is said to be behind none', async () => {
    server.refused.set(SERVICES, { code: 403, message: 'cannot list services' })
    const { code, out } = await audit()
    const text = out.replaceAll(/\s+/g, ' ')
    expect(text).toContain('not all load balancers are known (services could not be listed completely)')
    expect(text).toContain(
      'At least 0 of 2 workloads in 1 namespace are behind a load balancer; of the others it is unknown',
    )
    expect(code).toBe(2)
  })
})

describe('no cluster: 2, and why', () => {
  test('nothing listens', async () => {
    config = configWith({ gone: await closedPort() })
    const { code, out, err } = await audit()
    expect(err).toMatch(/^error: http:\/\/127\.0\.0\.1:\d+: the API server cannot be reached: .*ECONNREFUSED/)
    expect([code, out]).toEqual([2, ''])
  })

  test('a context that does not exist: those that do', async () => {
    const { code, err } = await audit('--context', 'prod')
    expect(err).toBe('error: there is no context prod; there are here\n')
    expect(code).toBe(2)
  })

  test('credentials that have expired', async () => {
    server.authenticated = () => false
    const { code, err } = await audit()
    expect(err).toContain('the API server rejects these credentials (401): they have expired')
    expect(code).toBe(2)
    expect(server.asked).toEqual([])
  })

  test('a plugin that fails: its command, not its words', async () => {
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'false', interactiveMode: 'Never' }
    config = configWith({ here: port }, { exec })
    const { code, err } = await audit()
    expect(err).toMatch(/^error: http:\/\/127\.0\.0\.1:\d+: no credentials from plugin false/)
    expect(code).toBe(2)
  })

  test('a plugin, as aws eks get-token is one', async () => {
    const token = 'token-of-a-plugin'
    server.authenticated = (given) => given === `Bearer ${token}`
    const credential = JSON.stringify({
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      status: { token },
    })
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: 'echo',
      args: [credential],
      interactiveMode: 'Never',
    }
    config = configWith({ here: port }, { exec })
    expect((await audit()).code).toBe(1)
  })

  test.for<[readonly string[], string]>([
    [['--contexts', ' , '], 'error: --contexts names no context\n'],
    [['--context', 'here', '--contexts', 'here'], "error: option '--contexts <names>' cannot be used"],
    [['-n', 'shop', '-A'], "error: option '-n, --namespace <name>' cannot be used"],
    [['-o', 'xml'], "error: option '-o, --output <format>' argument 'xml' is invalid"],
  ])('%s', async ([args, problem]) => {
    const { code, out, err } = await audit(...args)
    expect([code, out, err.startsWith(problem)]).toEqual([2, '', true])
  })
})

describe('--contexts', () => {
  test('a line for each, then each; one that cannot be reached is named, and the rest goes on', async () => {
    const gone = await closedPort()
    config = configWith({ east: port, west: gone, south: port })
    const { code, out, err } = await audit('--contexts', 'west,east,nowhere,south,east')
    expect(out.startsWith('4 clusters\n  ! west: not read: http://127.0.0.1:')).toBe(true)
    expect(out).toContain('\n    east: 1 of 2 workloads behind a load balancer, 1 with something to report\n')
    expect(out).toContain('  ! nowhere: not read: there is no context nowhere;')
    expect(out.match(/audit of context/g)).toHaveLength(2)
    expect(err.split('\n').map((line) => line.slice(0, 14))).toEqual(['error: west: h', 'error: nowhere', ''])
    expect(code).toBe(2)
  })

  test('JSON: a report or a problem of each, in the order asked for', async () => {
    config = configWith({ east: port, west: await closedPort() })
    const { out } = await audit('--contexts', 'west,east', '-o', 'json')
    expect([...Errors(ClustersSchema, JSON.parse(out))]).toEqual([])
    expect(JSON.parse(out)).toMatchObject({
      formatVersion: 1,
      clusters: [
        { context: 'west', problem: expect.stringContaining('cannot be reached') },
        { context: 'east', report: { audited: { context: 'east' }, totals: { exposed: 1 } } },
      ],
    })
  })

  test('all of them read: the code is that of their findings', async () => {
    config = configWith({ east: port, west: port })
    expect((await audit('--contexts', 'east,west')).code).toBe(1)
  })
})

describe('a run', () => {
  test('that is interrupted ends with 130, and prints nothing', async () => {
    server.hold(PODS)
    const { child, ended } = start(['--kubeconfig', config])
    await vi.waitFor(() => expect(server.asked.some((one) => one.path === PODS)).toBe(true), {
      timeout: 20_000,
    })
    child.kill('SIGINT')
    expect(await ended).toEqual({ code: 130, out: '', err: '' })
  })

  test('through a proxy that the environment names', async () => {
    const { ended } = start(['--kubeconfig', configWith({ here: 1 })], {
      HTTP_PROXY: `http://127.0.0.1:${port}`,
      NO_PROXY: '',
      http_proxy: '',
      no_proxy: '',
    })
    const { out } = await ended
    expect(out).toContain('1 of 2 workloads')
  })
})

/** In this process: a terminal is what a test cannot give to a child. */
describe('at a terminal', () => {
  async function shown(...args: readonly string[]) {
    const lines: string[] = []
    const out: string[] = []
    const code = await runProgram(['audit', '--kubeconfig', config, ...args], {
      out: (text) => void out.push(text),
      err: (text) => void out.push(text),
      readStdin: async () => '',
      status: (line) => void lines.push(line),
      width: 80,
      color: false,
      onSignal: () => undefined,
      exit: () => undefined,
    })
    return { lines, out, code }
  }

  test('what is being read is shown in one line, which is empty at the end', async () => {
    const { lines } = await shown()
    expect(lines[0]).toBe('reading namespaces')
    expect(lines).toContain('reading pods')
    expect(lines.at(-1)).toBe('')
  })

  test('of which cluster, where there are several', async () => {
    config = configWith({ east: port, west: port })
    const { lines } = await shown('--contexts', 'east,west')
    expect(lines).toContain('east: reading pods')
    expect(lines).toContain('west: reading pods')
  })

  test('--quiet: nothing', async () => {
    expect((await shown('--quiet')).lines.filter((line) => line !== '')).toEqual([])
  })

  test('a context that would move the cursor', async () => {
    const name = 'prod\u001b[2J\u202e'
    config = configWith({ [name]: port })
    const { lines, out } = await shown('--contexts', name)
    expect(['\u001b', '\u202e'].filter((one) => [...lines, ...out].join('').includes(one))).toEqual([])
    expect(out.join('')).toContain('prod\\x1b[2J\\u202e')
  })
})
