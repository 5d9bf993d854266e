import { afterAll, beforeAll, describe, expect } from 'vitest'
import { SERVER_IMAGE } from './cluster/images.ts'
import { caseOf } from './support/cluster.ts'
import { followLogs, type LogEvent } from './support/container-logs.ts'
import { freshNamespace, kubectlOk, removeNamespace, stored } from './support/kubectl.ts'
import { entriesOf } from './support/shop.ts'
import { type Slackwater, startSlackwater, unregister } from './support/slackwater.ts'

/** Real Pods on a real kubelet: what the numbers in a template do. The image is one static program, without a shell. */

let slackwater: Slackwater
const namespaces: string[] = []

beforeAll(async () => {
  slackwater = await startSlackwater()
})
afterAll(async () => {
  await unregister()
  await slackwater.stop()
  await Promise.all(namespaces.map(removeNamespace))
})

/** Short, so that a test ends; the whole 45 s in one case. */
const SLEEP = 5
/** How late the kubelet and kubectl are, on a machine that is full: 2.04 s were seen. Seconds; a choice, less than what is told apart. */
const LATE = 10
/** Of Pods whose SIGTERM must not be taken for one at once, or for the next one's. Seconds. */
const LONG = 15

const container = (name: string, env: Readonly<Record<string, string>> = {}) => ({
  name,
  image: SERVER_IMAGE,
  imagePullPolicy: 'IfNotPresent',
  env: entriesOf({ NAME: name, ...env }),
})

interface PodShape {
  readonly sleep?: number
  readonly containers?: readonly object[]
  readonly initContainers?: readonly object[]
}

const pod = ({ sleep, containers = [container('app')], initContainers = [] }: PodShape) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'web',
    annotations: {
      'slackwater.dev/assume': 'alb-ip',
      ...(sleep === undefined ? {} : { 'slackwater.dev/sleep-seconds': String(sleep) }),
    },
  },
  spec: { automountServiceAccountToken: false, containers, initContainers },
})

/** Deletes the Pod, and tells when its containers wrote what: in seconds since kubectl was typed, before the deletion. */
async function deleted(namespace: string) {
  const logs = await followLogs(namespace, 'web')
  const from = Date.now()
  await kubectlOk(['delete', 'pod', 'web', '-n', namespace, '--wait=false'])
  const lines = await logs.end()
  return (name: string, event: LogEvent['event']): number | undefined => {
    const line = lines.find((one) => one.container === name && one.event === event)
    return line === undefined ? undefined : (line.at - from) / 1000
  }
}

async function running(shape: PodShape): Promise<string> {
  const namespace = await freshNamespace()
  namespaces.push(namespace)
  await kubectlOk(['apply', '-n', namespace, '-f', '-'], pod(shape))
  await kubectlOk(['wait', '--for=condition=Ready', 'pod/web', '-n', namespace, '--timeout=180s'])
  return namespace
}

const between = (from = Number.NaN, to = Number.NaN): number => to - from

/** Times are measured by one clock, which counts milliseconds. */
const soon = (value: number | undefined, wanted: number): void => {
  expect(value).toBeGreaterThanOrEqual(wanted - 0.1)
  expect(value).toBeLessThan(wanted + LATE)
}

// They sleep most of the time: side by side.
describe.concurrent('kubectl delete pod', () => {
  caseOf('without us: SIGTERM at once', ['pods'], async () => {
    const namespace = await freshNamespace({ 'slackwater-e2e': 'without' })
    namespaces.push(namespace)
    await kubectlOk(['apply', '-n', namespace, '-f', '-'], pod({ sleep: LONG }))
    await kubectlOk(['wait', '--for=condition=Ready', 'pod/web', '-n', namespace, '--timeout=180s'])
    const secondsTo = await deleted(namespace)
    soon(secondsTo('app', 'SIGTERM'), 0)
  })

  caseOf('takes S before SIGTERM; an image without a shell will do', ['pods'], async () => {
    const namespace = await running({ sleep: SLEEP })
    const { spec } = await stored<{
      readonly spec: { readonly terminationGracePeriodSeconds: number }
    }>(['pod', 'web', '-n', namespace])
    // A = 30, the grace that it had: 5 + 30.
    expect(spec.terminationGracePeriodSeconds).toBe(35)
    const secondsTo = await deleted(namespace)
    soon(secondsTo('app', 'SIGTERM'), SLEEP)
    // It ends by itself: nobody sent SIGKILL.
    soon(secondsTo('app', 'exit'), SLEEP)
  })

  caseOf('an application that needs its whole shutdown time never meets SIGKILL', ['pods'], async () => {
    const slow = container('app', { LINGER_SECONDS: '25' })
    const namespace = await running({ sleep: SLEEP, containers: [slow] })
    const secondsTo = await deleted(namespace)
    soon(secondsTo('app', 'SIGTERM'), SLEEP)
    // Of the 30 s that it had without us it still has all: 25 after SIGTERM is in time.
    soon(between(secondsTo('app', 'SIGTERM'), secondsTo('app', 'exit')), 25)
  })

  caseOf('the whole budget of an ALB with ip targets: 45 s', ['pods'], async () => {
    const namespace = await running({})
    const secondsTo = await deleted(namespace)
    soon(secondsTo('app', 'SIGTERM'), 45)
    soon(secondsTo('app', 'exit'), 45)
  })

  caseOf('two containers sleep side by side, and a native sidecar ends last', ['pods'], async () => {
    const namespace = await running({
      sleep: LONG,
      containers: [container('app', { LINGER_SECONDS: '4' }), container('envoy')],
      initContainers: [{ ...container('sidecar'), restartPolicy: 'Always' }],
    })
    const secondsTo = await deleted(namespace)
    soon(secondsTo('app', 'SIGTERM'), LONG)
    soon(secondsTo('envoy', 'SIGTERM'), LONG)
    soon(between(secondsTo('app', 'SIGTERM'), secondsTo('app', 'exit')), 4)
    // The kubelet stops native sidecars when the last container has ended (KEP-753).
    expect(secondsTo('sidecar', 'SIGTERM')).toBeGreaterThanOrEqual(secondsTo('app', 'exit') ?? Number.NaN)
    soon(between(secondsTo('app', 'exit'), secondsTo('sidecar', 'SIGTERM')), 0)
    expect(secondsTo('sidecar', 'exit')).toBeDefined()
  })
})
