import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest'
import { ASSUMED, comeBack, goAway } from './support/away.ts'
import { type BrokenWebhook, RUBBISH, startBrokenWebhook, UNFIT_PATCH } from './support/broken-webhook.ts'
import { caseOf, has } from './support/cluster.ts'
import {
  container,
  deployment,
  endOf,
  hooksOf,
  sleep,
  storedTemplate,
  type Template,
} from './support/deployment.ts'
import { freshNamespace, kubectl, kubectlOk, removeNamespace, type StoredObject } from './support/kubectl.ts'
import { newestPod, rolloutsOf, settled } from './support/rollouts.ts'
import {
  type Endpoint,
  HIDDEN,
  register,
  type Slackwater,
  startSlackwater,
  unregister,
} from './support/slackwater.ts'

/** The webhook is down, slow, or answers rubbish: what we never changed goes through, as if we were not there. */

let slackwater: Slackwater
let broken: BrokenWebhook
let namespace: string
/** In which it is tried whether we answer. */
let probes: string
/** What becomes of everything where the API server does not call us. */
let undisturbed: Story

beforeAll(async () => {
  slackwater = await startSlackwater({ registers: false })
  broken = await startBrokenWebhook()
  probes = await freshNamespace()
  const hidden = await freshNamespace(HIDDEN)
  undisturbed = await everything(hidden)
  await removeNamespace(hidden)
})
afterAll(async () => {
  await unregister()
  await removeNamespace(probes)
  await slackwater.stop()
  await broken.stop()
})
beforeEach(async () => {
  namespace = await freshNamespace()
})
afterEach(() => removeNamespace(namespace))

interface Step {
  readonly what: string
  readonly stored: unknown
  /** Milliseconds. */
  readonly took: number
}

type Story = readonly Step[]

const ENV = { env: [{ name: 'NAME', value: 'new' }] }
const web = deployment({ annotations: ASSUMED })
const changed = deployment({ annotations: ASSUMED, containers: [container('app', ENV)] })
/** Without Pods nobody writes a status while a request waits for the webhook. */
const idle = { annotations: ASSUMED, replicas: 0 } as const
const labels = { spec: { template: { metadata: { labels: { tier: 'front' } } } } }

/** Creates, updates, patches, applies server-side; and the Pods that a ReplicaSet makes. */
async function everything(where: string): Promise<Story> {
  const step = async (
    what: string,
    args: readonly string[],
    ...objects: readonly unknown[]
  ): Promise<Step> => {
    const began = Date.now()
    await kubectlOk([...args, '-n', where], ...objects)
    const took = Date.now() - began
    // While an update waits for the webhook, nobody else may write: kubectl replaces the version that it has read.
    if (has('controllers')) await settled({ namespace: where })
    return { what, took, stored: await storedTemplate(where) }
  }
  const serverSide = ['apply', '--server-side', '--field-manager=somebody', '--force-conflicts', '-f', '-']
  const steps = [
    await step('create', ['create', '-f', '-'], deployment(idle)),
    await step(
      'update',
      ['replace', '-f', '-'],
      deployment({ ...idle, containers: [container('app', ENV)] }),
    ),
    await step('patch', ['patch', 'deployment', 'web', '--patch', JSON.stringify(labels)]),
    await step('server-side apply', serverSide, deployment({ ...idle, grace: 20 })),
  ]
  return has('controllers') ? [...steps, await podOf(where)] : steps
}

async function podOf(where: string): Promise<Step> {
  await kubectlOk(['scale', 'deployment', 'web', '-n', where, '--replicas=1'])
  return { what: 'Pod', took: 0, stored: endOfPod(await newestPod({ namespace: where })) }
}

const endOfPod = (pod: StoredObject) => endOf(pod as unknown as Template)

const templates = async (): Promise<number> => (await rolloutsOf({ namespace })).templates.length

const storedIn = (story: Story) => story.map(({ what, stored: object }) => ({ what, object }))

async function expectUndisturbed(): Promise<Story> {
  const story = await everything(namespace)
  expect(storedIn(story)).toEqual(storedIn(undisturbed))
  return story
}

/** How often the API server went on without an answer for workloads. */
async function failedOpen(): Promise<number> {
  const { out } = await kubectlOk(['get', '--raw', '/metrics'])
  const lines = out
    .split('\n')
    .filter((line) => line.startsWith('apiserver_admission_webhook_fail_open_count{'))
  const ours = lines.filter((line) => line.includes('workloads.slackwater.dev'))
  return ours.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
}

/** Registered, and every request for a workload since then went on without an answer. */
async function expectFailsOpen(endpoint: Endpoint): Promise<Story> {
  await register(endpoint)
  const before = await failedOpen()
  const story = await expectUndisturbed()
  // The four steps; each ReplicaSet of a rollout besides.
  expect((await failedOpen()) - before).toBeGreaterThanOrEqual(4)
  return story
}

caseOf('the webhook is down: its connections are refused', [], async () => {
  const gone = await startSlackwater({ registers: false })
  await gone.stop('SIGKILL')
  await expectFailsOpen(gone)
})

/** As docs/failure-behaviour.md asks for. Milliseconds. */
const PATIENCE = 5000
/** What kubectl, the API server and a loaded machine need beside it, at least once of four times. */
const SLACK = 4000

caseOf('the webhook is slow: an apply waits for its timeoutSeconds and no longer', [], async () => {
  slackwater.signal('SIGSTOP')
  try {
    const story = await expectFailsOpen(slackwater)
    const steps = story.slice(0, 4)
    for (const { what, took } of steps) expect(took, what).toBeGreaterThanOrEqual(PATIENCE - 100)
    expect(Math.min(...steps.map(({ took }) => took))).toBeLessThan(PATIENCE + SLACK)
  } finally {
    slackwater.signal('SIGCONT')
  }
})

describe('the webhook answers rubbish', () => {
  for (const [name, behavior] of Object.entries(RUBBISH))
    caseOf(name, [], async () => {
      broken.behave(behavior)
      const before = broken.calls()
      await expectFailsOpen(broken)
      expect(broken.calls()).toBeGreaterThan(before)
    })

  caseOf('a certificate that the caBundle does not vouch for', [], async () => {
    await expectFailsOpen({ port: slackwater.port, caBundle: broken.caBundle })
  })
})

caseOf('a patch that fits no object is refused under failurePolicy Ignore', [], async () => {
  broken.behave(UNFIT_PATCH)
  await register(broken)
  const { code, err } = await kubectl(['create', '-n', namespace, '-f', '-'], web)
  expect(code).toBe(1)
  expect(err).toContain('Internal error')
})

describe('back again', () => {
  caseOf(
    'what was applied meanwhile is patched with its next change, and not before',
    ['controllers'],
    async () => {
      await goAway(slackwater, namespace)
      await kubectlOk(['apply', '-n', namespace, '-f', '-'], web)
      await comeBack(slackwater, namespace)
      await kubectlOk(['apply', '-n', namespace, '-f', '-'], web)
      expect(hooksOf(await storedTemplate(namespace))).toEqual({ app: undefined })
      expect(await templates()).toBe(1)
      await kubectlOk(['apply', '-n', namespace, '-f', '-'], changed)
      const { spec } = await storedTemplate(namespace)
      expect([hooksOf({ spec }), spec.terminationGracePeriodSeconds]).toEqual([{ app: sleep(45) }, 75])
      expect(await templates()).toBe(2)
    },
  )

  caseOf('a new Pod of a template that was applied meanwhile gets both', ['controllers'], async () => {
    await goAway(slackwater, namespace)
    await kubectlOk(['apply', '-n', namespace, '-f', '-'], web)
    expect(endOfPod(await newestPod({ namespace }))).toEqual({ hooks: { app: undefined }, grace: 30 })
    await kubectlOk(['scale', 'deployment', 'web', '-n', namespace, '--replicas=0'])
    await comeBack(slackwater, namespace)
    await kubectlOk(['delete', 'pods', '-n', namespace, '-l', 'app=web', '--now'])
    await kubectlOk(['scale', 'deployment', 'web', '-n', namespace, '--replicas=1'])
    expect(endOfPod(await newestPod({ namespace }))).toEqual({ hooks: { app: sleep(45) }, grace: 75 })
  })
})

caseOf('the cure: mode off and a restart take ours out, and nothing is refused without us', [], async () => {
  await comeBack(slackwater, probes)
  await kubectlOk(['apply', '-n', namespace, '-f', '-'], web)
  await kubectlOk(['label', 'namespace', namespace, 'slackwater.dev/mode=off'])
  await kubectlOk(['rollout', 'restart', 'deployment/web', '-n', namespace])
  await goAway(slackwater, probes)
  const lifecycle = { preStop: { exec: { command: ['/quit'] } } }
  const theirs = deployment({
    annotations: ASSUMED,
    grace: 20,
    containers: [container('app', { lifecycle })],
  })
  await kubectlOk(['apply', '-n', namespace, '-f', '-'], theirs)
  expect(await storedTemplate(namespace)).toMatchObject({
    spec: { terminationGracePeriodSeconds: 20, containers: [{ lifecycle }] },
  })
})
