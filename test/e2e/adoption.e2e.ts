import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { caseOf } from './support/cluster.ts'
import { freshNamespace, kubectlOk, removeNamespace, stored, storedAll } from './support/kubectl.ts'
import { app, INGRESS_CLASS, ingress, service, targetGroupBinding } from './support/shop.ts'
import { type Slackwater, startSlackwater, unregister, waitFor } from './support/slackwater.ts'
import { protectionOf } from './support/template.ts'

/**
 * `kubectl apply -f all.yaml` makes the workload before its Ingress, so its first Pods know of no load balancer.
 * The load balancer controller's part, a TargetGroupBinding and later an address, is played by the test.
 */

/** ip targets behind an ALB, everything at its default: 5 + max(25, min(300, 25 + 10)) + 5 = 45; 45 + 30 = 75. */
const PROTECTED = { sleeps: { app: 45 }, grace: 75, recorded: true }

/** Several ticks of the controller, each within 5 s: what has not come by then does not come. */
const LONG_ENOUGH = 15_000

let slackwater: Slackwater
const namespaces: string[] = []

const fresh = async (labels?: Readonly<Record<string, string>>): Promise<string> => {
  const name = await freshNamespace(labels)
  namespaces.push(name)
  return name
}

beforeAll(async () => {
  await kubectlOk(['apply', '-f', '-'], INGRESS_CLASS)
  slackwater = await startSlackwater({ args: ['--controller'] })
  await waitFor(async () => ((await slackwater.metric('slackwater_leader')) === 1 ? true : undefined))
})
afterAll(async () => {
  await unregister()
  await slackwater.stop()
  await Promise.all(namespaces.map(removeNamespace))
})

const workload = (namespace: string, kind = 'deployment') => stored([kind, 'web', '-n', namespace])

const replicaSets = async (namespace: string): Promise<number> =>
  (await storedAll(['replicasets', '-n', namespace])).length

const isProtected = async (namespace: string, kind?: string): Promise<true | undefined> =>
  protectionOf(await workload(namespace, kind)).recorded ? true : undefined

/** Reasons of the Events on the workload. */
async function eventsOn(namespace: string): Promise<readonly { reason: string; note: string }[]> {
  const events = await storedAll(['events.events.k8s.io', '-n', namespace])
  return events
    .filter(({ reportingController }) => String(reportingController).startsWith('slackwater'))
    .map(({ reason, note }) => ({ reason: String(reason), note: String(note) }))
}

describe('all in one file, the Ingress last', () => {
  caseOf(
    'a Deployment is adopted: namespace labelled, one rollout, hooks and grace as at birth',
    ['controllers'],
    async () => {
      const namespace = await fresh()
      await kubectlOk(['apply', '-n', namespace, '-f', '-'], app(), service(), ingress())
      await kubectlOk(['apply', '-n', namespace, '-f', '-'], targetGroupBinding(namespace))
      await waitFor(() => isProtected(namespace), 120_000, 'the adoption')
      expect(protectionOf(await workload(namespace))).toEqual(PROTECTED)
      const { metadata } = await stored(['namespace', namespace])
      expect(metadata.labels).toMatchObject({ 'elbv2.k8s.aws/pod-readiness-gate-inject': 'enabled' })
      await pause(LONG_ENOUGH)
      // The first one and one rollout; only one where the touch came before the first was made.
      expect(await replicaSets(namespace)).toBeLessThanOrEqual(2)
      expect((await eventsOn(namespace)).map(({ reason }) => reason)).toContain('Adopted')
      // The controller owns nothing that a user writes.
      const { managedFields } = (
        await stored(['deployment', 'web', '-n', namespace, '--show-managed-fields'])
      ).metadata as unknown as { managedFields: readonly { manager: string; fieldsV1: unknown }[] }
      const ours = managedFields
        .filter(({ manager }) => manager === 'slackwater')
        .map(({ fieldsV1 }) => fieldsV1)
      const annotations = { '.': {}, 'f:slackwater.dev/injected': {} }
      const template = { 'f:metadata': { 'f:annotations': annotations } }
      expect(ours).toEqual([{ 'f:spec': { 'f:template': template } }])
    },
  )

  caseOf('a StatefulSet is adopted', ['controllers'], async () => {
    const namespace = await fresh()
    await kubectlOk(['apply', '-n', namespace, '-f', '-'], app({ kind: 'StatefulSet' }), service(), ingress())
    await kubectlOk(['apply', '-n', namespace, '-f', '-'], targetGroupBinding(namespace))
    await waitFor(() => isProtected(namespace, 'statefulset'), 120_000, 'the adoption')
    expect(protectionOf(await workload(namespace, 'statefulset'))).toEqual(PROTECTED)
  })
})

caseOf(
  'a Deployment whose manifest states a grace of 30 is adopted: the template keeps it, one rollout, Pods with hooks',
  ['controllers'],
  async () => {
    const namespace = await fresh()
    const stating = app({ pod: { terminationGracePeriodSeconds: 30 } })
    await kubectlOk(['apply', '-n', namespace, '-f', '-'], stating, service(), ingress())
    await kubectlOk(['apply', '-n', namespace, '-f', '-'], targetGroupBinding(namespace))
    await waitFor(() => isProtected(namespace), 120_000, 'the adoption')
    // The record says only for which load balancer it was rolled out.
    expect(protectionOf(await workload(namespace))).toEqual({
      sleeps: { app: undefined },
      grace: 30,
      recorded: true,
    })
    await waitFor(
      async () => {
        const pods = await storedAll(['pods', '-n', namespace])
        const running = pods.filter(({ metadata }) => !('deletionTimestamp' in metadata))
        return running.length === 2 && running.every((pod) => protectionOf(pod).grace === 75)
          ? true
          : undefined
      },
      120_000,
      'its new Pods',
    )
    // The same manifest again changes nothing, and nobody is told to roll anything out.
    const applied = await kubectlOk(['apply', '-n', namespace, '-f', '-'], stating)
    expect(applied.out).toContain('unchanged')
    await pause(LONG_ENOUGH)
    expect(await replicaSets(namespace)).toBeLessThanOrEqual(2)
    expect((await eventsOn(namespace)).map(({ reason }) => reason)).not.toContain('ExposedUnprotected')
  },
)

interface Left {
  readonly name: string
  readonly arrange: (namespace: string) => Promise<void>
  /** In the note of the Event on the workload; absent: it is left without a word. */
  readonly why?: RegExp
  readonly labels?: Readonly<Record<string, string>>
}

const apply = (namespace: string, ...objects: readonly unknown[]) =>
  kubectlOk(['apply', '-n', namespace, '-f', '-'], ...objects)

const LEFT: readonly Left[] = [
  {
    name: 'a hand-made TargetGroupBinding: its load balancer may be serving already',
    why: /created by hand/,
    arrange: async (namespace) => {
      await apply(namespace, app(), service())
      const binding = targetGroupBinding(namespace, 'web', {})
      await apply(namespace, { ...binding, metadata: { name: 'by-hand' } })
    },
  },
  {
    name: 'a workload that was rolled out before',
    why: /rolled out before/,
    arrange: async (namespace) => {
      await apply(namespace, app(), service())
      await waitFor(async () => ((await replicaSets(namespace)) === 1 ? true : undefined))
      await kubectlOk(['rollout', 'restart', 'deployment/web', '-n', namespace])
      await waitFor(async () => ((await replicaSets(namespace)) === 2 ? true : undefined))
      await apply(namespace, ingress(), targetGroupBinding(namespace))
    },
  },
  {
    name: 'two target groups at once',
    why: /2 target groups/,
    arrange: async (namespace) => {
      await apply(namespace, app(), service(), service('other', 'web'))
      await apply(namespace, ingress(), ingress('other'), targetGroupBinding(namespace))
    },
  },
  {
    name: 'mode dry-run: never, and an Event says what would be done',
    why: /dry-run/,
    labels: { 'slackwater.dev/mode': 'dry-run' },
    arrange: async (namespace) => {
      await apply(namespace, app(), service(), ingress(), targetGroupBinding(namespace))
    },
  },
  {
    name: 'mode off: never, and not a word',
    labels: { 'slackwater.dev/mode': 'off' },
    arrange: async (namespace) => {
      await apply(namespace, app(), service(), ingress(), targetGroupBinding(namespace))
    },
  },
]

// Nothing is done there for a while: side by side.
describe.concurrent('left alone', () => {
  for (const { name, arrange, why, labels } of LEFT)
    caseOf(name, ['controllers'], async () => {
      const namespace = await fresh(labels)
      await arrange(namespace)
      const before = await replicaSets(namespace)
      if (why !== undefined) {
        const said = await waitFor(
          async () => (await eventsOn(namespace)).find((event) => event.reason === 'ExposedUnprotected'),
          120_000,
          'the Event',
        )
        expect(said.note).toMatch(why)
        expect(said.note).toContain(`slackwater handover deployment/web -n ${namespace}`)
      }
      await pause(LONG_ENOUGH)
      expect(protectionOf(await workload(namespace))).toMatchObject({ sleeps: {}, recorded: false })
      expect(await replicaSets(namespace)).toBe(Math.max(before, 1))
      if (why === undefined) expect(await eventsOn(namespace)).toEqual([])
    })

  caseOf('a second Ingress on a workload that is served', ['controllers'], async () => {
    const namespace = await fresh()
    await apply(namespace, service(), ingress(), targetGroupBinding(namespace))
    await waitFor(
      async () => ((await dryRunIsProtected(namespace)) ? true : undefined),
      30_000,
      'the first Ingress',
    )
    await apply(namespace, app())
    expect(protectionOf(await workload(namespace))).toEqual(PROTECTED)
    await apply(namespace, service('other', 'web'), ingress('other'), targetGroupBinding(namespace, 'other'))
    await pause(LONG_ENOUGH)
    expect(await replicaSets(namespace)).toBe(1)
  })
})

describe('left alone after our own restart', () => {
  caseOf('a workload of more than ten minutes', ['controllers'], async () => {
    const namespace = await fresh()
    await slackwater.stop()
    // Its clock is eleven minutes ahead: to it the workload is eleven minutes old.
    slackwater = await startSlackwater({ args: ['--controller'], clockAhead: 660_000 })
    await apply(namespace, app(), service())
    await apply(namespace, ingress(), targetGroupBinding(namespace))
    const said = await waitFor(
      async () => (await eventsOn(namespace)).find((event) => event.reason === 'ExposedUnprotected'),
      120_000,
      'the Event',
    )
    expect(said.note).toMatch(/created more than ten minutes ago/)
    await pause(LONG_ENOUGH)
    expect(await replicaSets(namespace)).toBe(1)
  })

  caseOf('our own restart, with Ingresses that have no address yet', ['controllers'], async () => {
    const namespace = await fresh()
    await slackwater.stop()
    await apply(namespace, app(), service(), ingress(), targetGroupBinding(namespace))
    slackwater = await startSlackwater({ args: ['--controller'] })
    const said = await waitFor(
      async () => (await eventsOn(namespace)).find((event) => event.reason === 'ExposedUnprotected'),
      120_000,
      'the Event',
    )
    expect(said.note).toMatch(/existed before Slackwater started/)
    await pause(LONG_ENOUGH)
    expect(await replicaSets(namespace)).toBe(1)
    expect(protectionOf(await workload(namespace)).recorded).toBe(false)
  })
})

/** Whether a workload that is applied now would be protected: nothing is stored. */
async function dryRunIsProtected(namespace: string): Promise<boolean> {
  const { out } = await kubectlOk(
    ['apply', '-n', namespace, '--dry-run=server', '-o', 'json', '-f', '-'],
    app({ name: 'web' }),
  )
  return out.includes('slackwater.dev/injected')
}
