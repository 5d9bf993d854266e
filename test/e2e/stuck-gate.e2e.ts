import { afterAll, beforeAll, expect } from 'vitest'
import { caseOf } from './support/cluster.ts'
import { createNamespaces, kubectlOk, stored, storedAll } from './support/kubectl.ts'
import { reported } from './support/report.ts'
import { app, INGRESS_CLASS, ingress, service, targetGroupBinding } from './support/shop.ts'
import { type Slackwater, startSlackwater, unregister, waitFor } from './support/slackwater.ts'

/**
 * A readiness gate that does not pass. The load balancer controller's part is played by the test: it puts the gate into
 * the template, as the controller's webhook puts it into each Pod, and writes its condition.
 */

const LABEL = 'elbv2.k8s.aws/pod-readiness-gate-inject'
const GATE = 'target-health.elbv2.k8s.aws/k8s-web-web-0123456789'

/** 2 × (interval 5 × healthy threshold 2 + timeout 2 + 60). Seconds. */
const LIMIT = 144

/** An Ingress whose health check is as short as ELB allows. */
const quickIngress = () => {
  const plain = ingress()
  const health = 'alb.ingress.kubernetes.io/'
  const annotations = {
    ...plain.metadata.annotations,
    [`${health}healthcheck-interval-seconds`]: '5',
    [`${health}healthcheck-timeout-seconds`]: '2',
    [`${health}healthy-threshold-count`]: '2',
  }
  return { ...plain, metadata: { ...plain.metadata, annotations } }
}

const start = () => startSlackwater({ args: ['--controller', '--report-port', '0'] })

let slackwater: Slackwater
const namespaces = createNamespaces()

beforeAll(async () => {
  await kubectlOk(['apply', '-f', '-'], INGRESS_CLASS)
  slackwater = await start()
})
afterAll(async () => {
  await unregister()
  await slackwater.stop()
  await namespaces.remove()
})

const isLabelled = async (namespace: string): Promise<true | undefined> =>
  (await stored(['namespace', namespace])).metadata.labels?.[LABEL] === 'enabled' || undefined

/** Reasons and notes of Slackwater's Events in a namespace. */
const eventsIn = async (namespace: string) =>
  (await storedAll(['events.events.k8s.io', '-n', namespace]))
    .filter(({ reportingController }) => reportingController === 'slackwater')
    .map(({ reason, note }) => ({ reason: String(reason), note: String(note) }))

async function writeCondition(namespace: string, condition: object): Promise<void> {
  const [pod] = await storedAll(['pods', '-n', namespace])
  const at = new Date().toISOString()
  const patch = { status: { conditions: [{ type: GATE, lastTransitionTime: at, ...condition }] } }
  const { name = '' } = pod?.metadata ?? {}
  await kubectlOk([
    ...['patch', 'pod', name, '-n', namespace, '--subresource=status', '--type=strategic'],
    ...['-p', JSON.stringify(patch)],
  ])
}

const gateOf = async (namespace: string) =>
  (await reported(slackwater, namespace)).namespaces.flatMap(({ gates }) => gates)

const stuck = () => slackwater.metric('slackwater_gate_stuck_workloads')

caseOf(
  'it stops further labels, says why, also with a new leader, and settles when it passes',
  ['pods', 'control plane'],
  async () => {
    const first = await namespaces.with(service(), quickIngress())
    await kubectlOk(['apply', '-n', first, '-f', '-'], targetGroupBinding(first))
    await waitFor(() => isLabelled(first), 120_000, 'the first label')
    const pod = { readinessGates: [{ conditionType: GATE }] }
    await kubectlOk(['apply', '-n', first, '-f', '-'], app({ replicas: 1, pod }))
    const isRunning = async () => {
      const [one] = await storedAll(['pods', '-n', first, '--field-selector=status.phase=Running'])
      return one === undefined ? undefined : true
    }
    await waitFor(isRunning, 180_000, 'a running Pod')
    await writeCondition(first, {
      status: 'False',
      reason: 'Target.ResponseCodeMismatch',
      message: 'Health checks failed with these codes: [404]',
    })
    await waitFor(async () => (await stuck()) === 1 || undefined, (LIMIT + 180) * 1000, 'the stuck gate')
    const event = async () => (await eventsIn(first)).find(({ reason }) => reason === 'ReadinessGateStuck')
    const told = await waitFor(event, 60_000, 'the Event about it')
    expect(told.note).toContain(`within ${LIMIT} s`)
    expect(told.note).toContain('Target.ResponseCodeMismatch: Health checks failed with these codes: [404]')
    const { workloads, concerns } = await reported(slackwater, first)
    expect(workloads[0]?.pods?.stuckGate).toMatchObject({ pods: 1, gate: GATE, limitSeconds: LIMIT })
    expect(workloads[0]?.findings.map(({ id }) => id)).toContain('gate-stuck')
    expect(concerns?.map(({ id }) => id)).toContain('gate-stuck')

    // A new leader remembers nothing.
    await slackwater.stop()
    slackwater = await start()
    await waitFor(async () => (await stuck()) === 1 || undefined, 120_000, 'the stuck gate after a restart')
    const second = await namespaces.with(service(), quickIngress(), app({ replicas: 0 }))
    const waits = async () => (await gateOf(second)).find(({ state }) => state === 'on-hold')
    expect((await waitFor(waits, 90_000, 'the hold')).why).toContain(`Deployment ${first}/web`)
    const isTold = async () =>
      (await eventsIn(second)).some(({ reason }) => reason === 'ReadinessGatesOnHold') || undefined
    await waitFor(isTold, 90_000, 'the Event about the hold')
    expect(await isLabelled(second)).toBeUndefined()

    await writeCondition(first, { status: 'True' })
    await waitFor(() => isLabelled(second), 180_000, 'the second label')
    await waitFor(async () => (await stuck()) === 0 || undefined, 60_000, 'that none is stuck')
  },
  900_000,
)
