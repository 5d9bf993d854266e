import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { parseAllDocuments, stringify } from 'yaml'
import { selfSigned } from '../../../src/certificates/self-signed.ts'
import { NODE_FLAGS } from '../cluster/slackwater-image.ts'
import { call } from './api.ts'
import { cluster } from './cluster.ts'
import { jsonOf } from './json.ts'
import { kubectl, kubectlOk } from './kubectl.ts'

/** Under this label a namespace is hidden from the webhook: what happens there happens without us. */
export const HIDDEN = { 'slackwater-e2e': 'without' } as const

const CONFIGURATION = 'slackwater-e2e'

export interface StartOptions {
  /** The settings file. */
  readonly settings?: Readonly<Record<string, unknown>>
  /** Further arguments of `serve`. */
  readonly args?: readonly string[]
  readonly kubeconfig?: string
  /** How far its clock is ahead of everybody's. Milliseconds. */
  readonly clockAhead?: number
  /** Register the webhook; else somebody else answers, or nobody. */
  readonly registers?: boolean
  /** Register the validating webhook too. @default false: what it says has files of its own. */
  readonly validates?: boolean
}

export interface LogLine {
  readonly msg: string
  readonly [key: string]: unknown
}

/** The built program, running against the cluster. */
export interface Slackwater {
  readonly port: number
  readonly healthPort: number
  readonly caBundle: string
  readonly lines: readonly LogLine[]
  readonly signal: (signal: NodeJS.Signals) => void
  readonly pid: number
  ready(within?: number): Promise<void>
  health(what: string): Promise<{ readonly status: number; readonly text: string }>
  metric(name: string): Promise<number | undefined>
  stop(signal?: NodeJS.Signals): Promise<void>
}

export const host = (): string => {
  if (cluster.host !== undefined) return cluster.host
  throw new Error(
    'SLACKWATER_E2E_HOST is not set: under which address does the API server reach this machine?',
  )
}

/** Starts the program and registers its webhook once it is ready. */
export async function startSlackwater(options: StartOptions = {}): Promise<Slackwater> {
  const folder = mkdtempSync(path.join(cluster.folder, 'slackwater-'))
  const file = (name: string, text: string): string => {
    writeFileSync(path.join(folder, name), text)
    return path.join(folder, name)
  }
  const { cert, key } = await selfSigned([host(), 'localhost'])
  // Its own namespace and rights, as an installation has them; the leader's Lease is there.
  await kubectlOk(['apply', '-f', path.resolve('deploy/rbac.yaml')])
  const child = spawn(
    process.execPath,
    [
      ...NODE_FLAGS,
      path.resolve('dist/main.js'),
      'serve',
      ...['--kubeconfig', options.kubeconfig ?? cluster.kubeconfig],
      ...['--tls-cert', file('tls.crt', cert), '--tls-key', file('tls.key', key)],
      ...['--settings', file('settings.yaml', stringify(options.settings ?? {}))],
      ...['--port', '0', '--health-port', '0', '--drain-delay', '0'],
      ...(options.args ?? []),
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_OPTIONS: clockOption(options.clockAhead ?? 0) },
    },
  )
  const caBundle = Buffer.from(cert).toString('base64')
  const slackwater = await follow(child, { log: path.join(folder, 'log'), caBundle })
  await slackwater.ready()
  if (options.registers !== false) await register(slackwater)
  if (options.validates === true) await registerValidating(slackwater)
  return slackwater
}

/** A module that is loaded before the program. */
const clockOption = (ahead: number): string => {
  const code = `const now = Date.now; Date.now = () => now() + ${ahead}`
  return ahead === 0 ? '' : `--import=data:text/javascript,${encodeURIComponent(code)}`
}

async function follow(
  child: ChildProcess,
  { log, caBundle }: { readonly log: string; readonly caBundle: string },
): Promise<Slackwater> {
  const { stdout, stderr, pid } = child
  if (stdout === null || stderr === null || pid === undefined) throw new Error('the program did not start')
  const lines: LogLine[] = []
  const errors: string[] = []
  const kept = createWriteStream(log)
  createInterface({ input: stdout }).on('line', (line) => {
    kept.write(`${line}\n`)
    const said = jsonOf(line) as LogLine | undefined
    if (said !== undefined) lines.push(said)
  })
  createInterface({ input: stderr }).on('line', (line) => errors.push(line))
  const listening = await waitFor(() => {
    if (child.exitCode !== null) throw new Error(`the program ended: ${errors.join('\n')}`)
    return lines.find(({ msg }) => msg === 'listening')
  }, 120_000)
  const healthPort = Number(listening['healthPort'])
  const health = async (what: string) => {
    const ask = () => fetch(`http://127.0.0.1:${healthPort}/${what}`)
    // A connection that was kept may be closed as the next request comes.
    const answer = await ask().catch(() => ask())
    return { status: answer.status, text: await answer.text() }
  }
  return {
    port: Number(listening['port']),
    healthPort,
    caBundle,
    lines,
    pid,
    signal: (signal) => void child.kill(signal),
    health,
    ready: async (within = 180_000) => {
      await waitFor(async () => ((await health('readyz')).status === 200 ? true : undefined), within)
    },
    metric: async (name) => {
      const { text } = await health('metrics')
      const line = text.split('\n').find((one) => one.startsWith(`${name} `) || one.startsWith(`${name}{`))
      return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ')))
    },
    stop: async (signal = 'SIGTERM') => {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill(signal)
      await once(child, 'exit')
    },
  }
}

/** Asks until there is an answer. @param within a machine that is full takes its time. Milliseconds; a choice. */
export async function waitFor<T>(
  ask: () => T | undefined | Promise<T | undefined>,
  within = 60_000,
  what = 'what was waited for',
): Promise<T> {
  const deadline = Date.now() + within
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (Date.now() > deadline) throw new Error(`${what} did not come within ${within / 1000} s`)
    await pause(100)
  }
}

interface Entry {
  readonly name: string
  readonly namespaceSelector: { readonly matchExpressions: readonly unknown[] }
  readonly [field: string]: unknown
}

type ConfigurationKind = 'MutatingWebhookConfiguration' | 'ValidatingWebhookConfiguration'

/** The webhooks as they are installed. */
const installed = (wanted: ConfigurationKind): readonly Entry[] =>
  parseAllDocuments(readFileSync('deploy/base/slackwater.yaml', 'utf8'))
    .map((document) => document.toJS() as { readonly kind: string; readonly webhooks?: readonly Entry[] })
    .flatMap(({ kind, webhooks = [] }) => (kind === wanted ? webhooks : []))

export interface Endpoint {
  readonly port: number
  readonly caBundle: string
}

/** The webhook configuration as it is installed, but for who answers and that a namespace can be hidden from it. */
export const configuration = ({ port, caBundle }: Endpoint, timeouts = { workloads: 5, pods: 2 }) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  metadata: { name: CONFIGURATION },
  webhooks: installed('MutatingWebhookConfiguration').map((entry) => ({
    ...entry,
    clientConfig: { url: `https://${host()}:${port}/mutate`, caBundle },
    timeoutSeconds: entry.name.startsWith('pods.') ? timeouts.pods : timeouts.workloads,
    namespaceSelector: hiding(entry),
  })),
})

const validatingConfiguration = ({ port, caBundle }: Endpoint) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  metadata: { name: CONFIGURATION },
  webhooks: installed('ValidatingWebhookConfiguration').map((entry) => ({
    ...entry,
    clientConfig: { url: `https://${host()}:${port}/validate`, caBundle },
    namespaceSelector: hiding(entry),
  })),
})

const hiding = ({ namespaceSelector }: Entry) => ({
  matchExpressions: [
    ...namespaceSelector.matchExpressions,
    { key: 'slackwater-e2e', operator: 'NotIn', values: ['without'] },
  ],
})

async function registerValidating(endpoint: Endpoint): Promise<void> {
  const args = ['apply', '--server-side', '--force-conflicts', '-f', '-']
  await kubectlOk(args, validatingConfiguration(endpoint))
  await untilHeard('validating')
}

/** Until the API server calls it. */
export async function register(
  endpoint: Endpoint,
  timeouts?: { workloads: number; pods: number },
): Promise<void> {
  await kubectlOk(
    ['apply', '--server-side', '--force-conflicts', '-f', '-'],
    configuration(endpoint, timeouts),
  )
  await untilHeard('mutating')
}

export const unregister = async (): Promise<void> => {
  for (const kind of ['mutatingwebhookconfiguration', 'validatingwebhookconfiguration'])
    await kubectl(['delete', kind, CONFIGURATION, '--ignore-not-found'])
  await untilHeard('mutating')
  await untilHeard('validating')
}

let marks = 0

/**
 * Until the API server goes by the configurations of webhooks as they are stored. It hears of them one after the other, by a
 * watch of its own: once it goes by a mark that is written last, it knows all that was written before.
 */
export async function untilHeard(kind: 'mutating' | 'validating'): Promise<void> {
  marks += 1
  const name = `e2e-mark-${process.pid}-${marks}`
  const path = `/apis/admissionregistration.k8s.io/v1/${kind}webhookconfigurations`
  const { status, body } = await call({ method: 'POST', path, body: markFor(name, kind) })
  if (status !== 201) throw new Error(`${name}: ${status} ${JSON.stringify(body)}`)
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } }
  const asked = { path: '/api/v1/namespaces/default/configmaps', query: { dryRun: 'All' }, body: object }
  const isHeard = async () =>
    JSON.stringify((await call({ method: 'POST', ...asked })).body).includes(MARK) || undefined
  await waitFor(isHeard, 60_000, `that the API server hears of ${kind} webhooks`)
  await call({ method: 'DELETE', path: `${path}/${name}` })
}

const MARK = 'mark.example.com'

/** Refuses one ConfigMap, since nobody answers. */
const markFor = (name: string, kind: 'mutating' | 'validating') => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: kind === 'mutating' ? 'MutatingWebhookConfiguration' : 'ValidatingWebhookConfiguration',
  metadata: { name },
  webhooks: [
    {
      name: MARK,
      clientConfig: { url: 'https://127.0.0.1:1/' },
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
      failurePolicy: 'Fail',
      timeoutSeconds: 1,
      matchConditions: [{ name: 'mark', expression: `object.metadata.name == '${name}'` }],
      rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'], operations: ['CREATE'] }],
    },
  ],
})
