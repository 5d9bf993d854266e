import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect } from 'vitest'
import { auditedSince, auditPosition } from './support/audit-log.ts'
import { caseOf, cluster } from './support/cluster.ts'
import { compactEtcd, killApiServer, startApiServer } from './support/control-plane.ts'
import { freshNamespace, kubectl, kubectlOk, removeNamespace, stored } from './support/kubectl.ts'
import { app, INGRESS_CLASS, ingress, service, targetGroupBinding } from './support/shop.ts'
import { register, type Slackwater, startSlackwater, unregister, waitFor } from './support/slackwater.ts'
import { protectionOf } from './support/template.ts'
import { openWire, type Wire } from './support/wire.ts'

/** The API server fails in every way under a Slackwater that goes on: what is answered meanwhile, and when it is right again. */

/** docs/failure-behaviour.md: the longest wait between two tries. Milliseconds, with a list and an apply on a machine that is full. */
const RIGHT_AGAIN = 30_000 + 20_000
/** docs/failure-behaviour.md: on the word of a copy that is older nothing is injected. Milliseconds. */
const OLDEST = 180_000

const namespaces: string[] = []
const slackwaters: Slackwater[] = []
const wires: Wire[] = []
/** Hears the API server without anything between. */
let near: Slackwater

async function started(...options: Parameters<typeof startSlackwater>): Promise<Slackwater> {
  const slackwater = await startSlackwater(...options)
  slackwaters.push(slackwater)
  return slackwater
}

async function wired(user?: Readonly<Record<string, unknown>>): Promise<Wire> {
  const wire = await openWire(user)
  wires.push(wire)
  return wire
}

async function namespaceOf(...objects: readonly unknown[]): Promise<string> {
  const namespace = await freshNamespace()
  namespaces.push(namespace)
  if (objects.length > 0) await kubectlOk(['apply', '-n', namespace, '-f', '-'], ...objects)
  return namespace
}

beforeAll(async () => {
  await kubectlOk(['apply', '-f', '-'], INGRESS_CLASS)
  near = await started()
})
afterAll(async () => {
  await unregister()
  await Promise.all(slackwaters.map((one) => one.stop('SIGKILL')))
  for (const wire of wires) wire.close()
  await Promise.all(namespaces.map(removeNamespace))
})

/** What another Deployment with these labels gets that is created now; nothing is stored. */
async function created(namespace: string, name = 'web') {
  const args = ['create', '-n', namespace, '--dry-run=server', '-o', 'json', '-f', '-']
  const { out, err } = await kubectlOk(args, { ...app({ name }), metadata: { name: `${name}-tried` } })
  return { isInjected: protectionOf(JSON.parse(out)).recorded, warnings: err }
}

/** @returns how long it took until a Deployment was answered so. Milliseconds. */
async function until(namespace: string, { isInjected }: { isInjected: boolean }): Promise<number> {
  const from = Date.now()
  const isRight = async () => (await created(namespace)).isInjected === isInjected || undefined
  await waitFor(isRight, RIGHT_AGAIN, 'the right answer')
  return Date.now() - from
}

const say = (line: string): void => void process.stderr.write(`${line}\n`)
const tell = (what: string, ms: number): void => say(`${what}: right again after ${seconds(ms)}`)
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

let stall: { readonly slackwater: Slackwater; readonly wire: Wire; readonly namespace: string; from: number }

caseOf(
  'an API server that falls silent: what was known is believed for a while',
  ['controllers'],
  async () => {
    const wire = await wired()
    const slackwater = await started({ kubeconfig: wire.kubeconfig })
    const namespace = await namespaceOf(service('known'), ingress('known'))
    await waitFor(async () => (await created(namespace, 'known')).isInjected || undefined)
    await kubectlOk(['apply', '-n', namespace, '-f', '-'], app({ name: 'known', replicas: 0 }))
    wire.freeze()
    stall = { slackwater, wire, namespace, from: Date.now() }
    await kubectlOk(['apply', '-n', namespace, '-f', '-'], service('new'), ingress('new'))
    await pause(2_000)
    try {
      // What was known before is still believed; what came since is not heard of.
      expect((await created(namespace, 'known')).isInjected).toBe(true)
      expect((await created(namespace, 'new')).isInjected).toBe(false)
    } finally {
      await register(near)
    }
    await waitFor(async () => (await created(namespace, 'new')).isInjected || undefined)
  },
)

caseOf('the API server is killed and comes back', ['control plane'], async () => {
  const namespace = await namespaceOf()
  expect((await created(namespace)).isInjected).toBe(false)
  await killApiServer()
  await pause(3_000)
  await startApiServer()
  await kubectlOk(['apply', '-n', namespace, '-f', '-'], service(), ingress())
  tell('API server killed', await until(namespace, { isInjected: true }))
  await near.ready()
})

caseOf(
  'what was applied unheard, before a compaction of etcd, is known after it',
  ['control plane'],
  async () => {
    const namespace = await namespaceOf()
    near.signal('SIGSTOP')
    // Its connections go with the old server: else events would wait in the buffers of a process that does not read.
    await killApiServer()
    await startApiServer()
    await kubectlOk(['apply', '-n', namespace, '-f', '-'], service(), ingress())
    await compactEtcd()
    await killApiServer()
    await startApiServer()
    const from = auditPosition()
    near.signal('SIGCONT')
    tell('etcd compacted', await until(namespace, { isInjected: true }))
    // Its version has expired (410): it must have listed anew.
    const lists = auditedSince(from).filter(
      ({ verb, userAgent }) => verb === 'list' && userAgent === 'slackwater',
    )
    expect(lists.map(({ objectRef }) => objectRef?.resource)).toEqual(
      expect.arrayContaining(['services', 'ingresses']),
    )
    await near.ready()
  },
)

const DEFINITION = 'targetgroupbindings.elbv2.k8s.aws'

/** As it was written, so that it can be written again. */
async function definition() {
  const { metadata, spec } = await stored(['crd', DEFINITION])
  const { name, annotations } = metadata
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name, annotations },
    spec,
  }
}

async function define(object: unknown): Promise<void> {
  await kubectlOk(['apply', '--server-side', '-f', '-'], object)
  await kubectlOk(['wait', '--for=condition=Established', `crd/${DEFINITION}`, '--timeout=180s'])
}

caseOf('a definition goes, with its objects, and comes back', ['control plane', 'controllers'], async () => {
  const was = await definition()
  const namespace = await namespaceOf(service())
  const bind = () => kubectlOk(['apply', '-n', namespace, '-f', '-'], targetGroupBinding(namespace))
  await bind()
  await until(namespace, { isInjected: true })
  try {
    await kubectlOk(['delete', 'crd', DEFINITION])
    tell('definition deleted', await until(namespace, { isInjected: false }))
    // It is no failure: nothing else is held up.
    expect((await near.health('readyz')).status).toBe(200)
    // By then it has been asked for and not found.
    await pause(5_000)
  } finally {
    await define(was)
  }
  await bind()
  tell('definition back', await until(namespace, { isInjected: true }))
})

const ACCOUNT = ['slackwater', '-n', 'slackwater-system'] as const

/** A token that is good only as long as a Secret is there (KEP-1205): so that it can end before its time. */
async function boundToken(secret: string): Promise<string> {
  await kubectlOk(['create', 'secret', 'generic', secret, '-n', 'slackwater-system'])
  const bound = ['--bound-object-kind=Secret', `--bound-object-name=${secret}`]
  return (await kubectlOk(['create', 'token', ...ACCOUNT, ...bound])).out.trim()
}

async function endToken(secret: string, token: string): Promise<void> {
  await kubectlOk(['delete', 'secret', secret, '-n', 'slackwater-system'])
  const isRefused = async () =>
    (await kubectl(['--token', token, 'get', '--raw', '/api'])).code !== 0 || undefined
  await waitFor(isRefused, 60_000, 'the end of a token')
}

caseOf('a token ends before its time, and its file gets another', ['controllers'], async () => {
  const namespace = await namespaceOf()
  const file = path.join(cluster.folder, 'token')
  const [first, second] = [`first-${namespace}`, `second-${namespace}`]
  const token = await boundToken(first)
  writeFileSync(file, token)
  const wire = await wired({ tokenFile: file })
  await started({ kubeconfig: wire.kubeconfig })
  await endToken(first, token)
  // A token is looked at when a request begins: the watches that stand would go on for minutes.
  wire.cut()
  await kubectlOk(['apply', '-n', namespace, '-f', '-'], service(), ingress())
  await pause(2_000)
  expect((await created(namespace)).isInjected).toBe(false)
  writeFileSync(file, await boundToken(second))
  tell('token renewed', await until(namespace, { isInjected: true }))
  await kubectlOk(['delete', 'secret', second, '-n', 'slackwater-system'])
})

caseOf(
  'no answer rests on more than 180 s, and once it is heard again it is right in time',
  ['controllers'],
  async () => {
    const { slackwater, wire, namespace, from } = stall
    await register(slackwater)
    // When the last one was asked for that was injected: an answer may take a while.
    let last = 0
    const isOver = async () => {
      const asked = Date.now()
      if (!(await created(namespace, 'known')).isInjected) return true
      last = asked
      return undefined
    }
    await waitFor(isOver, Math.max(0, from + OLDEST - Date.now()) + 30_000, 'the end of injections')
    expect(last).toBeLessThan(from + OLDEST)
    say(`silent: nothing is injected any more after ${seconds(Date.now() - from)}`)
    const { isInjected, warnings } = await created(namespace, 'known')
    expect(isInjected).toBe(false)
    expect(warnings).toMatch(/Warning: .*not up to date for \d+ s/)
    expect((await slackwater.health('readyz')).status).toBe(503)
    // What is recorded stays, also where the template changes.
    await kubectlOk(['set', 'env', 'deployment/known', 'CHANGED=1', '-n', namespace])
    const { recorded, sleeps } = protectionOf(await stored(['deployment', 'known', '-n', namespace]))
    expect({ recorded, sleeps }).toEqual({ recorded: true, sleeps: { app: 45 } })
    const thawed = Date.now()
    wire.thaw()
    await slackwater.ready(RIGHT_AGAIN)
    tell('heard again', Date.now() - thawed)
    // Copies of resources that are not yet too old count as they are, until they are heard of again.
    const isRight = async () => (await created(namespace, 'new')).isInjected || undefined
    await waitFor(isRight, RIGHT_AGAIN, 'the right answer')
  },
  OLDEST + 180_000,
)
