import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { stringify } from 'yaml'
import packageJson from '../../package.json' with { type: 'json' }
import { shop } from '../audit/cluster.ts'
import { DEPLOYMENTS, type FakeApiServer, INGRESSES, PODS, SERVICES } from '../cluster/fake-api-server.ts'
import { playedLbcLog, playedLog, playedReport } from '../measure/played.ts'
import { bigCluster } from '../report/big-cluster.ts'
import { ReportedCluster } from '../report/cluster.ts'
import { folderOf, inProcess, type Ran, STATED_SETTINGS } from './run.ts'

/**
 * What each command prints in each format, and its exit code, as it was read once. `SLACKWATER_GOLDENS=write npx vitest
 * run test/cli/golden.test.ts` writes the files; read the difference.
 */

const FOLDER = 'test/cli/golden'
const isWriting = process.env['SLACKWATER_GOLDENS'] === 'write'

const FORMATS = ['text', 'json', 'yaml', 'sarif', 'junit', 'github'] as const
const FIXTURES = ['clean', 'mixed', 'broken'] as const

interface GoldenCase {
  /** Of the file. */
  readonly name: string
  readonly args: readonly string[]
  /** The time, where the output depends on it; absent: it does not. */
  readonly now?: number
}

/** After what the fixture says was observed. */
const OBSERVED = Date.UTC(2026, 10, 3)

const ofFiles = (command: string, fixture: string, ...args: readonly string[]): readonly string[] => [
  command,
  ...['-f', `${FOLDER}/fixtures/${fixture}.yaml`, '--settings', 'SETTINGS', ...args],
]

const ofCluster = (command: string, ...args: readonly string[]): readonly string[] => [
  command,
  ...['--kubeconfig', 'KUBECONFIG', '--settings', 'SETTINGS', ...args],
]

const CASES: readonly GoldenCase[] = [
  ...['plan', 'lint'].flatMap((command) =>
    FIXTURES.flatMap((fixture) =>
      FORMATS.map((format) => ({
        name: `${command}-${fixture}-${format}`,
        args: ofFiles(command, fixture, '-o', format),
      })),
    ),
  ),
  { name: 'lint-mixed-without-slackwater', args: ofFiles('lint', 'mixed', '--without-slackwater') },
  { name: 'lint-mixed-fail-on-error', args: ofFiles('lint', 'mixed', '-o', 'github', '--fail-on', 'error') },
  { name: 'plan-mixed-html', args: ofFiles('plan', 'mixed', '-o', 'html') },
  { name: 'lint-mixed-html', args: ofFiles('lint', 'mixed', '-o', 'html') },
  { name: 'report-cluster-html', args: ['report', '--address', 'ADDRESS', '-o', 'html'] },
  { name: 'plan-mixed-details', args: ofFiles('plan', 'mixed', '--details') },
  ...FORMATS.map((format) => ({
    name: `report-cluster-${format}`,
    args: ['report', '--address', 'ADDRESS', '-o', format],
  })),
  ...[...FORMATS, 'html'].flatMap((format) => [
    { name: `audit-cluster-${format}`, args: ofCluster('audit', '-o', format) },
    // The second of them cannot be reached.
    { name: `audit-clusters-${format}`, args: ofCluster('audit', '--contexts', 'here,there', '-o', format) },
  ]),
  ...['text', 'json', 'yaml'].flatMap((format) => [
    { name: `explain-mixed-${format}`, args: ofFiles('explain', 'mixed', 'deployment/store', '-o', format) },
    {
      name: `explain-cluster-${format}`,
      args: ofCluster('explain', 'deployment/web', '-n', 'shop', '-o', format),
    },
  ]),
  ...['text', 'json', 'yaml', 'html'].map((format) => ({
    name: `measure-${format}`,
    args: ['measure', '--access-logs', 'ACCESSLOG', '--departures', 'DEPARTURES', '-o', format],
  })),
  {
    name: 'measure-lbc-log',
    args: ['measure', '--access-logs', 'ACCESSLOG', '--departures', 'DEPARTURES', '--lbc-log', 'LBCLOG'],
  },
  {
    name: 'measure-why',
    args: [
      'measure',
      '--access-logs',
      'ACCESSLOG',
      '--departures',
      'DEPARTURES',
      '--why',
      '2026-10-05T08:35',
    ],
  },
  // By the defaults: a term that the settings state wins over what was observed.
  ...['text', 'json', 'html'].map((format) => ({
    name: `plan-observed-${format}`,
    args: ['plan', '-f', `${FOLDER}/fixtures/observed.yaml`, '-o', format],
    now: OBSERVED,
  })),
  {
    name: 'explain-observed',
    args: ['explain', 'deployment/store', '-n', 'books', '-f', `${FOLDER}/fixtures/observed.yaml`],
    now: OBSERVED,
  },
  { name: 'explain-word', args: ['explain', 'prestop-missing'] },
  { name: 'explain-unknown', args: ['explain', 'prestop-mising'] },
]

let server: Server
let address = ''
let apiServer: FakeApiServer
let api = ''
let config = ''

/** A running Slackwater that always gives the same report. */
beforeAll(async () => {
  const cluster = new ReportedCluster({ mode: 'dry-run' })
  const { services, ingresses, deployments, pods } = bigCluster(1)
  cluster.put(SERVICES, ...services).put(INGRESSES, ...ingresses)
  cluster.put(DEPLOYMENTS, ...deployments).put(PODS, ...pods)
  await cluster.start()
  const report = { ...(await cluster.report()), created: '2026-03-02T10:00:00.000Z' }
  await cluster.server.stop()
  server = createServer((_, answer) => answer.end(JSON.stringify(report))).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  address = `127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => void server.close())

/** A cluster, and beside it one that does not answer. */
beforeAll(async () => {
  apiServer = await shop()
  const port = await apiServer.start()
  api = `127.0.0.1:${port}`
  config = path.join(folderOf({ config: contexts({ here: port, there: 1 }) }), 'config')
})
afterAll(() => apiServer.stop())

const contexts = (ports: Readonly<Record<string, number>>): string =>
  stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'here',
    clusters: Object.entries(ports).map(([name, port]) => ({
      name,
      cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true },
    })),
    users: [{ name: 'somebody', user: {} }],
    contexts: Object.keys(ports).map((name) => ({ name, context: { cluster: name, user: 'somebody' } })),
  })

/** A morning in which Pods left, and requests were lost. */
const played: Record<string, string> = {}
beforeAll(async () => {
  const folder = folderOf({
    'access.log': playedLog(),
    'report.json': JSON.stringify(await playedReport()),
    'lbc.log': playedLbcLog(),
  })
  played['ACCESSLOG'] = path.join(folder, 'access.log')
  played['DEPARTURES'] = path.join(folder, 'report.json')
  played['LBCLOG'] = path.join(folder, 'lbc.log')
})

const given = (args: readonly string[]): readonly string[] =>
  args.map(
    (arg) => ({ ...played, SETTINGS: STATED_SETTINGS, ADDRESS: address, KUBECONFIG: config })[arg] ?? arg,
  )

/** Without what another release or another edit of a page changes. */
const settled = (text: string): string =>
  text
    .replaceAll(`ersion": "${packageJson.version}"`, 'ersion": "VERSION"')
    .replaceAll(`value="${packageJson.version}"`, 'value="VERSION"')
    .replaceAll(/("markdown": )".*"/g, '$1"PAGE"')
    .replaceAll(/(<(style|script)>).*?(<\/\2>)/gs, '$1$2$3')
    .replaceAll(/sha256-[\w+/=]+/g, 'sha256-HASH')
    .replaceAll(`Slackwater ${packageJson.version}.`, 'Slackwater VERSION.')
    .replaceAll(`this program is ${packageJson.version}:`, 'this program is VERSION:')
    // Where it says itself what made it, and not of a measurement that it read.
    .replaceAll(
      /(?<=^\s*by: |^ {2}"by": "|^# .*\(|Made by )slackwater measure [\d.]+/gm,
      'slackwater measure VERSION',
    )
    .replaceAll(/(?<= on )[\d-]+ [\d:]+(?= UTC)/g, 'CREATED')
    .replaceAll(STATED_SETTINGS, 'SETTINGS')
    .replaceAll(address, 'ADDRESS')
    .replaceAll(api, 'API')
    .replaceAll(/(?<=created"?:? "?)[\dT:.-]+Z/g, 'CREATED')

const goldenOf = ({ args }: GoldenCase, { code, out, err }: Ran): string =>
  `$ slackwater ${args.join(' ')}\n${settled(out)}\n[standard error]\n${settled(err)}\n[exit code] ${code}\n`

const fileOf = ({ name }: GoldenCase): string => path.join(FOLDER, `${name}.txt`)

test.for(CASES.map((one) => [one.name, one] as const))('%s', async ([, one]) => {
  if (one.now !== undefined) vi.useFakeTimers({ toFake: ['Date'], now: one.now })
  const golden = goldenOf(one, await inProcess(given(one.args)))
  if (isWriting) writeFileSync(fileOf(one), golden)
  expect(golden).toBe(readFileSync(fileOf(one), 'utf8'))
})

afterEach(() => void vi.useRealTimers())

test('there is a file for each, and no other', () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'))
  const wanted = CASES.map(fileOf).map((file) => path.basename(file))
  if (isWriting)
    for (const file of files.filter((name) => !wanted.includes(name))) rmSync(path.join(FOLDER, file))
  expect(isWriting ? wanted : files.toSorted()).toEqual(isWriting ? wanted : wanted.toSorted())
})

const built = (args: readonly string[]): Promise<Ran> =>
  new Promise((resolve) => {
    const child = execFile(process.execPath, [path.resolve('dist/main.js'), ...args], (_, out, err) =>
      resolve({ code: child.exitCode, out, err }),
    )
  })

// The process of its own is what takes the time: each command and format once.
describe('the built program prints the same', () => {
  const once = CASES.filter(({ name }) => /-(?:mixed|cluster)-/.test(name))
  test.for(once.map((one) => [one.name, one] as const))('%s', async ([, one]) => {
    expect(goldenOf(one, await built(given(one.args)))).toBe(readFileSync(fileOf(one), 'utf8'))
  })
})
