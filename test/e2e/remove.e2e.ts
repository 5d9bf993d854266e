import { readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { call, inLanes, pathOf } from './support/api.ts'
import { ASSUMED } from './support/away.ts'
import { caseOf, has } from './support/cluster.ts'
import { deployment, hooksOf, storedTemplate, templateOf } from './support/deployment.ts'
import {
  freshNamespace,
  kubectl,
  kubectlOk,
  removeNamespace,
  run,
  type Said,
  stored,
} from './support/kubectl.ts'
import { type Plural, rolloutsOf } from './support/rollouts.ts'
import { app } from './support/shop.ts'
import {
  configuration,
  HIDDEN,
  register,
  type Slackwater,
  startSlackwater,
  unregister,
  untilHeard,
  waitFor,
} from './support/slackwater.ts'

/** Taking Slackwater out of a cluster again: the kill switch, and `slackwater remove`. */

let slackwater: Slackwater
let namespace: string

beforeAll(async () => {
  slackwater = await startSlackwater({ registers: false })
})
afterAll(() => slackwater.stop())
beforeEach(async () => {
  await register(slackwater)
  namespace = await freshNamespace()
})
afterEach(async () => {
  await unregister()
  await removeNamespace(namespace)
})

/** As docs/uninstall.md has it. */
const killSwitch = (): Promise<Said> => {
  const { name } = configuration(slackwater).metadata
  return kubectlOk(['delete', 'mutatingwebhookconfiguration', name])
}

interface Seen {
  readonly status: number
  readonly hooked: boolean
}

/** Creates a Deployment and changes its template. */
async function applied(name: string): Promise<readonly Seen[]> {
  const resource = { apiVersion: 'apps/v1', plural: 'deployments' }
  const body = { ...deployment({ annotations: ASSUMED, replicas: 0 }), metadata: { name } }
  const change = { spec: { template: { metadata: { annotations: { changed: 'yes' } } } } }
  const replies = [
    await call({ method: 'POST', path: pathOf(resource, namespace), body }),
    await call({
      method: 'PATCH',
      path: pathOf(resource, namespace, name),
      body: change,
      contentType: 'application/merge-patch+json',
    }),
  ]
  return replies.map(({ status, body: object }) => ({
    status,
    hooked: status < 300 && hooksOf(templateOf(object))['app'] !== undefined,
  }))
}

caseOf('the kill switch is one kubectl line: with applies in flight none of them fails', [], async () => {
  let isOver = false
  const seen: Seen[] = []
  const lanes = Array.from({ length: 12 }, (_, lane) => lane)
  const applying = inLanes(lanes, async (lane) => {
    for (let count = 0; !isOver; count++) seen.push(...(await applied(`web-${lane}-${count}`)))
  })
  // Of those before it is taken away, and of those after it.
  const some = (isHooked: boolean) => () =>
    seen.filter(({ hooked }) => hooked === isHooked).length > 20 || undefined
  const switching = async () => {
    await waitFor(some(true), 60_000, 'applies with a hook')
    await killSwitch()
    await waitFor(some(false), 60_000, 'applies without one')
    await pause(1_000)
  }
  await switching().finally(() => {
    isOver = true
  })
  await applying
  expect(seen.filter(({ status }) => status >= 300)).toEqual([])
})

/** Without Pods where there are none: a rollout is then done when its controller has seen it. */
const replicas = has('pods') ? 2 : 0
/** S = 5, so that nobody waits long for a StatefulSet; G = 5 + 30. */
const annotations = { ...ASSUMED, 'slackwater.dev/sleep-seconds': '5' }
const web = (pod: Readonly<Record<string, unknown>> = {}) => app({ name: 'web', replicas, annotations, pod })
const WORKLOADS = [web(), app({ kind: 'StatefulSet', name: 'db', replicas, annotations })]

const KINDS: readonly (readonly [Plural, string])[] = [
  ['deployments', 'web'],
  ['statefulsets', 'db'],
]

const templatesIn = (where: string) =>
  Promise.all(KINDS.map(async ([plural, name]) => templateOf(await stored([plural, name, '-n', where]))))

const rolloutsIn = (where: string) =>
  Promise.all(KINDS.map(([plural, name]) => rolloutsOf({ plural, name, namespace: where })))

async function rolledOut(): Promise<void> {
  for (const [plural, name] of KINDS)
    await kubectlOk(['rollout', 'status', `${plural}/${name}`, '-n', namespace, '--timeout=300s'])
}

const remove = (...args: readonly string[]): Promise<Said> =>
  run(process.execPath, [path.resolve('dist/main.js'), 'remove', '-n', namespace, ...args])

const apply = (where: string, ...objects: readonly unknown[]): Promise<Said> =>
  kubectl(['apply', '-n', where, '-f', '-'], ...objects)

const LABEL = 'elbv2.k8s.aws/pod-readiness-gate-inject'

/** As the controller writes it. */
const labelled = () => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name: namespace,
    labels: { [LABEL]: 'enabled' },
    annotations: { 'slackwater.dev/readiness-gate-labels': `{"${LABEL}":"enabled"}` },
  },
})

/** The commands of docs/uninstall.md. */
const page = readFileSync('docs/uninstall.md', 'utf8')
const [, recorded = ''] = /jsonpath='(.*)'/.exec(page) ?? []
const [, byHand = ''] = /--patch '\n([\s\S]*?)'\n/.exec(page) ?? []

caseOf('by kubectl alone: the original comes back', [], async () => {
  const hidden = await freshNamespace(HIDDEN)
  const object = app({ replicas: 0, annotations: ASSUMED })
  await apply(hidden, object)
  await apply(namespace, object)
  const list = ['get', 'deployments,statefulsets,daemonsets', '-n', namespace, '-o', `jsonpath=${recorded}`]
  expect((await kubectlOk(list)).out).toMatch(
    new RegExp(
      `^Deployment ${namespace}/web {2}\\{"grace":\\{"before":30,"after":75\\},"sleep":\\{"app":45\\}`,
    ),
  )
  await killSwitch()
  await untilHeard('mutating')
  await kubectlOk(['patch', 'deployment', 'web', '-n', namespace, '--patch', byHand])
  expect(await storedTemplate(namespace)).toEqual(await storedTemplate(hidden))
  expect((await kubectlOk(list)).out).toBe('')
  await removeNamespace(hidden)
})

caseOf(
  'slackwater remove gives back the original, by one rollout each, and nothing is refused any more',
  ['controllers'],
  async () => {
    const hidden = await freshNamespace(HIDDEN)
    await apply(hidden, ...WORKLOADS)
    const originals = await templatesIn(hidden)
    await removeNamespace(hidden)

    await apply(namespace, ...WORKLOADS)
    await kubectlOk(['apply', '--server-side', '--field-manager', 'slackwater', '-f', '-'], labelled())
    await rolledOut()
    const before = await rolloutsIn(namespace)
    const ours = await templatesIn(namespace)
    expect(ours.map((template) => hooksOf(template))).toEqual([
      { app: { sleep: { seconds: 5 } } },
      { app: { sleep: { seconds: 5 } } },
    ])

    // While the webhook is there it stops, and nothing has changed.
    const tooEarly = await remove('--yes', '--batch', '1')
    expect([tooEarly.code, tooEarly.err]).toEqual([
      1,
      expect.stringContaining('kubectl delete mutatingwebhookconfiguration slackwater-e2e;'),
    ])
    expect(await rolloutsIn(namespace)).toEqual(before)

    await killSwitch()
    await untilHeard('mutating')
    const refused = await apply(namespace, web({ terminationGracePeriodSeconds: 2 }))
    expect([refused.code, refused.err]).toEqual([
      1,
      expect.stringContaining('less than terminationGracePeriodSeconds'),
    ])

    const told = await remove('--dry-run')
    // Lines are wrapped at 80 columns.
    const words = told.out.replace(/\s+/g, ' ')
    for (const name of ['Deployment web', 'StatefulSet db'])
      expect(words).toContain(
        `${name}: remove Slackwater’s preStop from app; set terminationGracePeriodSeconds`,
      )
    expect(told.out).toContain(LABEL)
    expect(told.code).toBe(0)
    expect(await rolloutsIn(namespace)).toEqual(before)

    const removed = await remove('--yes', '--batch', '1', '--pause', '1', '--timeout', '300')
    expect([removed.code, removed.err]).toEqual([0, expect.stringContaining('StatefulSet')])
    expect(await templatesIn(namespace)).toEqual(originals)
    const after = await rolloutsIn(namespace)
    expect(after.map(({ templates }) => templates.length)).toEqual([2, 2])
    const { metadata } = await stored(['namespace', namespace])
    expect([
      metadata.labels?.[LABEL],
      metadata.annotations?.['slackwater.dev/readiness-gate-labels'],
    ]).toEqual([undefined, undefined])

    // Nobody owns what we gave back: whoever states another grace period meets no conflict with us.
    const { out } = await kubectlOk([
      'get',
      'deployment',
      'web',
      '-n',
      namespace,
      '-o',
      'json',
      '--show-managed-fields',
    ])
    expect(out).not.toContain('"manager": "slackwater"')
    expect(await apply(namespace, web({ terminationGracePeriodSeconds: 2 }))).toMatchObject({ code: 0 })
    expect(await remove('--dry-run')).toMatchObject({ code: 0, out: 'Nothing to remove.\n' })
  },
  900_000,
)
